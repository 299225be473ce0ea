import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { acceptRequest } from '../shared/http/accept-request.ts';
import { recipientOf } from '../shared/http/result-answer.ts';
import { parseSubmitRequest } from '../shared/http/run-request.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('create-run', {
  methods: ['POST'],
  route: 'runs',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const recipient = recipientOf(context);
    const parsed = parseSubmitRequest(await readJsonBody(request), app.config);
    return acceptRequest(request, app, engineOf(context), parsed, recipient);
  }),
});
