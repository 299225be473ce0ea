import { app } from '@azure/functions';
import * as df from 'durable-functions';

// The least that an app of the two libraries has: a route, and an orchestration.
app.setup({ enableHttpStream: true });
app.http('hello', { methods: ['POST'], handler: () => ({ status: 202 }) });
df.app.orchestration('hello-sequence', function* () {
  return yield* [];
});
