import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { parseRepairRequest } from '../shared/http/run/repair-request.ts';
import { accepted, requestedRun, settledDocument } from '../shared/http/run/run-response.ts';
import { requestRepair } from '../shared/runs/accept/request-repair.ts';
import { engineOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('repair-run', {
  methods: ['POST'],
  route: 'runs/{id}/repair',
  handle: async (request, app, { context }) => {
    const engine = engineOf(context);
    const repair = parseRepairRequest(await readOptionalJsonBody(request));
    const run = await requestRepair(app, engine, await requestedRun(request, app), repair);
    return accepted(await settledDocument(request, app, engine, run));
  },
});
