import { json } from '../shared/http/handler.ts';
import { documentFor } from '../shared/http/run/run-response.ts';
import { LIST_PARAMETERS, listedRuns } from '../shared/http/run/run-list.ts';
import { readingAdmissionOnce } from '../shared/runs/admission/queue-position.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('list-runs', {
  methods: ['GET'],
  route: 'runs',
  query: LIST_PARAMETERS,
  handle: async (request, context, call) => {
    const { runs, nextPageToken } = await listedRuns(context, call, request.query);
    const orchestrations = readingAdmissionOnce(runOrchestrationsOf(call.invocation));
    const documents = await Promise.all(runs.map((run) => documentFor(request, context, orchestrations, run)));
    return json(200, { runs: documents, ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }) });
  },
});
