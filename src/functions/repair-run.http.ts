import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { parseRepairRequest } from '../shared/http/repair-request.ts';
import { accepted, documentFor, requestedRun } from '../shared/http/run-answers.ts';
import { requestRepair } from '../shared/runs/request-repair.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('repair-run', {
  methods: ['POST'],
  route: 'runs/{id}/repair',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const engine = engineOf(context);
    const repair = parseRepairRequest(await readOptionalJsonBody(request));
    const run = await requestRepair(app, engine, await requestedRun(request, app), repair);
    return accepted(await documentFor(request, app, engine, run));
  }),
});
