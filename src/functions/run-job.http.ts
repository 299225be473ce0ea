import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { acceptRequest } from '../shared/http/accept-request.ts';
import { recipientOf } from '../shared/http/result-answer.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { parseRunNowRequest } from '../shared/http/run-request.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('run-job', {
  methods: ['POST'],
  route: 'jobs/{job}/runs',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const recipient = recipientOf(context);
    const parsed = parseRunNowRequest(await readOptionalJsonBody(request), request.params['job'] ?? '', app.config);
    return acceptRequest(request, app, engineOf(context), parsed, recipient);
  }),
});
