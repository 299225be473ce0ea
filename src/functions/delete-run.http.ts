import { json } from '../shared/http/handler.ts';
import { accepted, requestedRun, settledDocument } from '../shared/http/run/run-response.ts';
import { requestCancel } from '../shared/runs/accept/request-cancel.ts';
import { isCompleted } from '../shared/ledger/wait-for-run.ts';
import { engineOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('delete-run', {
  methods: ['DELETE'],
  route: 'runs/{id}',
  handle: async (request, app, { context }) => {
    const engine = engineOf(context);
    const run = await requestCancel(app, engine, await requestedRun(request, app));
    const document = await settledDocument(request, app, engine, run);
    return isCompleted(run) ? json(200, document) : accepted(document);
  },
});
