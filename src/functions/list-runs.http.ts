import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler, json } from '../shared/http/handler.ts';
import { documentFor } from '../shared/http/run-answers.ts';
import { listedRuns } from '../shared/http/run-list.ts';
import { readingAdmissionOnce } from '../shared/runs/queue-position.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('list-runs', {
  methods: ['GET'],
  route: 'runs',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const { runs, nextPageToken } = await listedRuns(app.ledger, request.query);
    const engine = readingAdmissionOnce(engineOf(context));
    const documents = await Promise.all(runs.map((run) => documentFor(request, app, engine, run)));
    return json(200, { runs: documents, ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }) });
  }),
});
