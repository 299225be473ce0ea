import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler, json } from '../shared/http/handler.ts';
import { accepted, documentFor, requestedRun } from '../shared/http/run-answers.ts';
import { requestCancel } from '../shared/runs/request-cancel.ts';
import { isCompleted } from '../shared/runs/wait-for-run.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('delete-run', {
  methods: ['DELETE'],
  route: 'runs/{id}',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const engine = engineOf(context);
    const run = await requestCancel(app, engine, await requestedRun(request, app));
    const document = await documentFor(request, app, engine, run);
    return isCompleted(run) ? json(200, document) : accepted(document);
  }),
});
