import { json } from '../shared/http/handler.ts';
import { preferredWaitMs } from '../shared/http/prefer.ts';
import { documentFor, requestedRun } from '../shared/http/run-answers.ts';
import { isCompleted, waitForRun } from '../shared/runs/wait-for-run.ts';
import { durableClient, engineOf } from './engine.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('get-run', {
  methods: ['GET'],
  route: 'runs/{id}',
  extraInputs: [durableClient],
  handle: async (request, app, { context }) => {
    const stored = await requestedRun(request, app);
    const waitMs = preferredWaitMs(request.headers.get('prefer'));
    const run = await waitForRun(app, stored, waitMs, (now) => isCompleted(now) || now.etag !== stored.etag);
    return json(200, await documentFor(request, app, engineOf(context), run));
  },
});
