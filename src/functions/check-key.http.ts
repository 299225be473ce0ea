import { app } from '@azure/functions';

// The host lets those in who have a key; there is nothing to see.
app.http('check-key', {
  methods: ['GET'],
  route: 'health/key',
  authLevel: 'function',
  handler: () => ({ status: 204 }),
});
