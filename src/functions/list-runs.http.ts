import { json } from '../shared/http/handler.ts';
import { documentFor } from '../shared/http/run/run-response.ts';
import { LIST_PARAMETERS, listedRuns } from '../shared/http/run/run-list.ts';
import { readingAdmissionOnce } from '../shared/runs/admission/queue-position.ts';
import { engineOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('list-runs', {
  methods: ['GET'],
  route: 'runs',
  query: LIST_PARAMETERS,
  handle: async (request, app, { context }) => {
    const { runs, nextPageToken } = await listedRuns(app.ledger, request.query);
    const engine = readingAdmissionOnce(engineOf(context));
    const documents = await Promise.all(runs.map((run) => documentFor(request, app, engine, run)));
    return json(200, { runs: documents, ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }) });
  },
});
