import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler, json } from '../shared/http/handler.ts';
import { preferredWaitMs } from '../shared/http/prefer.ts';
import { documentFor, requestedRun } from '../shared/http/run-answers.ts';
import { isCompleted, waitForRun } from '../shared/runs/wait-for-run.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('get-run', {
  methods: ['GET'],
  route: 'runs/{id}',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const stored = await requestedRun(request, app);
    const waitMs = preferredWaitMs(request.headers.get('prefer'));
    const run = await waitForRun(app, stored, waitMs, (now) => isCompleted(now) || now.etag !== stored.etag);
    return json(200, await documentFor(request, app, engineOf(context), run));
  }),
});
