import { booleanParameter, preferredWaitMs } from '../shared/http/prefer.ts';
import { resultAnswer } from '../shared/http/result-answer.ts';
import { accepted, documentFor, requestedRun } from '../shared/http/run-answers.ts';
import { isCompleted, waitForRun } from '../shared/runs/wait-for-run.ts';
import { durableClient, engineOf } from './engine.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('get-run-result', {
  methods: ['GET'],
  route: 'runs/{id}/result',
  query: { fail_on_error: 'once' },
  extraInputs: [durableClient],
  handle: async (request, app, call) => {
    const failOnError = booleanParameter(request.query, 'fail_on_error');
    const waitMs = preferredWaitMs(request.headers.get('prefer'));
    const run = await waitForRun(app, await requestedRun(request, app), waitMs, isCompleted);
    const document = await documentFor(request, app, engineOf(call.context), run);
    return isCompleted(run) ? resultAnswer(app, document, { failOnError, recipient: call }) : accepted(document);
  },
});
