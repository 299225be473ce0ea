import { httpTrigger } from './http-trigger.ts';

// Those who have a key are let in; there is nothing to see.
httpTrigger('check-key', {
  methods: ['GET'],
  route: 'health/key',
  handle: () => Promise.resolve({ status: 204 }),
});
