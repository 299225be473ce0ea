import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { preferredWaitMs } from '../shared/http/prefer.ts';
import { recipientOf, resultAnswer } from '../shared/http/result-answer.ts';
import { accepted, documentFor, requestedRun } from '../shared/http/run-answers.ts';
import { isCompleted, waitForRun } from '../shared/runs/wait-for-run.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('get-run-result', {
  methods: ['GET'],
  route: 'runs/{id}/result',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const recipient = recipientOf(context);
    const waitMs = preferredWaitMs(request.headers.get('prefer'));
    const run = await waitForRun(app, await requestedRun(request, app), waitMs, isCompleted);
    const document = await documentFor(request, app, engineOf(context), run);
    return isCompleted(run) ? resultAnswer(request, app, document, recipient) : accepted(document);
  }),
});
