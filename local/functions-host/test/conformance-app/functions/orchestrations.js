'use strict';
const df = require('durable-functions');

const attempts = new Map();
/** Counts calls by key, in memory. */
function count(key) {
  const next = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, next);
  return next;
}

df.app.activity('failTimes', {
  handler: ({ key, times }) => {
    const attempt = count(key);
    if (attempt <= times) throw new Error(`attempt ${attempt} of ${key} fails`);
    return attempt;
  },
});
df.app.activity('identity', { handler: (input) => ({ type: input === null ? 'null' : typeof input, input }) });
df.app.activity('wait', {
  handler: async ({ ms, value }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return value ?? ms;
  },
});
df.app.activity('nothing', { handler: () => undefined });

df.app.orchestration('values', function* (context) {
  const output = {};
  for (const [name, value] of Object.entries(context.df.getInput()))
    output[name] = yield context.df.callActivity('identity', value);
  return output;
});
df.app.orchestration('inputOf', function* (context) {
  return {
    input: context.df.getInput() ?? null,
    type: typeof context.df.getInput(),
    version: context.df.version,
    parent: context.df.parentInstanceId ?? null,
  };
});
df.app.orchestration('fanOut', function* (context) {
  const tasks = Array.from({ length: context.df.getInput().count }, (_, n) =>
    context.df.callActivity('identity', { n }),
  );
  const results = yield context.df.Task.all(tasks);
  return results.reduce((sum, { input }) => sum + input.n, 0);
});
df.app.orchestration('retry', function* (context) {
  const { key, times, attempts: most, firstMs = 50, coefficient = 1 } = context.df.getInput();
  const options = new df.RetryOptions(firstMs, most);
  options.backoffCoefficient = coefficient;
  try {
    const attempt = yield context.df.callActivityWithRetry('failTimes', options, { key, times });
    const after = yield context.df.callActivity('hello', 'after');
    return { attempt, after };
  } catch (error) {
    const after = yield context.df.callActivity('hello', 'failure');
    return { error: error.message.split('\n')[0], after };
  }
});
df.app.orchestration('retryInAny', function* (context) {
  const { key, times } = context.df.getInput();
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
  const call = context.df.callActivityWithRetry('failTimes', new df.RetryOptions(50, 5), { key, times });
  const winner = yield context.df.Task.any([call, timer]);
  if (winner !== call) return 'timer';
  timer.cancel();
  const first = yield context.df.callActivity('hello', 'one');
  const second = yield context.df.callActivity('hello', 'two');
  return [call.result, first, second];
});
df.app.orchestration('fail', function* (context) {
  yield context.df.callActivity('hello', 'x');
  throw new Error('this one fails');
});
df.app.orchestration('failAtOnce', function* () {
  throw new Error('before the first yield');
});
df.app.orchestration('allFails', function* (context) {
  const key = context.df.instanceId;
  try {
    yield context.df.Task.all([
      context.df.callActivity('wait', { ms: 200, value: 'late' }),
      context.df.callActivity('failTimes', { key, times: 99 }),
    ]);
    return 'no failure';
  } catch (error) {
    return { caught: error.message.split('\n')[0], next: yield context.df.callActivity('hello', 'next') };
  }
});

df.app.orchestration('timer', function* (context) {
  const startMs = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(new Date(startMs + context.df.getInput().ms));
  return context.df.currentUtcDateTime.getTime() - startMs;
});
df.app.orchestration('anyOfTimers', function* (context) {
  const nowMs = context.df.currentUtcDateTime.getTime();
  const short = context.df.createTimer(new Date(nowMs + 200));
  const long = context.df.createTimer(new Date(nowMs + context.df.getInput().longMs));
  const winner = yield context.df.Task.any([long, short]);
  if (context.df.getInput().cancel) long.cancel();
  return winner === short ? 'short' : 'long';
});
df.app.orchestration('longTimer', function* (context) {
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 30 * 864e5));
  const event = context.df.waitForExternalEvent('go');
  const winner = yield context.df.Task.any([timer, event]);
  if (winner === timer) return 'fired at once';
  timer.cancel();
  return 'event';
});
df.app.orchestration('events', function* (context) {
  const received = [];
  for (const name of context.df.getInput().names) {
    context.df.setCustomStatus({ waitingFor: name, received: received.length });
    received.push(yield context.df.waitForExternalEvent(name));
  }
  return received;
});
df.app.orchestration('eventOrTimeout', function* (context) {
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + context.df.getInput().ms));
  const event = context.df.waitForExternalEvent('approval');
  const winner = yield context.df.Task.any([event, timer]);
  if (winner !== event) return 'timeout';
  timer.cancel();
  return { approved: event.result };
});
df.app.orchestration('countUp', function* (context) {
  const { n, until } = context.df.getInput();
  const next = (yield context.df.callActivity('identity', { n: n + 1 })).input.n;
  if (next < until) context.df.continueAsNew({ n: next, until });
  return next;
});
df.app.orchestration('collector', function* (context) {
  const { got = [], until } = context.df.getInput();
  const value = yield context.df.waitForExternalEvent('item');
  got.push(value);
  if (got.length < until) context.df.continueAsNew({ got, until });
  return got;
});
df.app.orchestration('parent', function* (context) {
  const { id, ...child } = context.df.getInput();
  const tasks = [
    context.df.callSubOrchestrator('inputOf', child, id),
    context.df.callSubOrchestrator('helloSequence', {}),
  ];
  return yield context.df.Task.all(tasks);
});
df.app.orchestration('failingChild', function* (context) {
  const { key, times } = context.df.getInput();
  const attempt = yield context.df.callActivity('failTimes', { key, times });
  return { attempt };
});
df.app.orchestration('parentOfFailing', function* (context) {
  const { key, times, attempts: most } = context.df.getInput();
  try {
    return most
      ? yield context.df.callSubOrchestratorWithRetry('failingChild', new df.RetryOptions(50, most), { key, times })
      : yield context.df.callSubOrchestrator('failingChild', { key, times });
  } catch (error) {
    return { error: error.message };
  }
});
df.app.orchestration('rewindable', function* (context) {
  const { key, times } = context.df.getInput();
  const first = yield context.df.callActivity('identity', { step: 1 });
  const child = yield context.df.callSubOrchestrator('failingChild', { key, times });
  return { first: first.input.step, child };
});
df.app.orchestration('customStatus', function* (context) {
  context.df.setCustomStatus({ step: 1 });
  yield context.df.waitForExternalEvent('next');
  context.df.setCustomStatus('step 2');
  yield context.df.waitForExternalEvent('next');
  return 'done';
});
df.app.orchestration('deterministic', function* (context) {
  const guids = [context.df.newGuid(context.df.instanceId)];
  yield context.df.callActivity('hello', 'x');
  guids.push(context.df.newGuid(context.df.instanceId));
  yield context.df.callActivity('hello', 'y');
  return { guids, replaying: context.df.isReplaying };
});
df.app.orchestration('callHttp', function* (context) {
  const response = yield context.df.callHttp({ method: 'GET', ...context.df.getInput() });
  const after = yield context.df.callActivity('hello', 'after');
  return { status: response.statusCode, content: response.content, after };
});
df.app.orchestration('rounds', function* (context) {
  const { rounds, ms } = context.df.getInput();
  for (let round = 0; round < rounds; round++) {
    yield context.df.callActivity('identity', { round });
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + ms));
  }
  return rounds;
});
df.app.orchestration('waitAll', function* (context) {
  return yield context.df.Task.all(context.df.getInput().ms.map((ms) => context.df.callActivity('wait', { ms })));
});
df.app.orchestration('countingChild', function* (context) {
  const { n } = context.df.getInput();
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 100));
  return (yield context.df.callActivity('identity', { n })).input.n;
});
df.app.orchestration('parentOfCounting', function* (context) {
  const children = [];
  for (let n = 1; n <= context.df.getInput().children; n++)
    children.push(context.df.callSubOrchestrator('countingChild', { n }));
  const numbers = yield context.df.Task.all(children);
  return numbers.reduce((sum, n) => sum + n, 0);
});

class BusinessError extends Error {
  name = 'BusinessError';
}
df.app.setExceptionPropertiesProvider({
  getExceptionProperties: (error) => (error instanceof BusinessError ? { code: 'E42' } : undefined),
});
df.app.activity('business', {
  handler: () => {
    throw new BusinessError('the business fails');
  },
});
df.app.orchestration('failureDetails', function* (context) {
  try {
    yield context.df.callActivity('business');
  } catch (error) {
    return {
      name: error.name,
      type: error.failureDetails.errorType,
      message: error.failureDetails.errorMessage,
      properties: error.failureDetails.properties,
    };
  }
});
df.app.orchestration('failureOfChild', function* (context) {
  try {
    yield context.df.callSubOrchestrator('failsWithDetails');
  } catch (error) {
    return { properties: error.failureDetails?.properties ?? null, message: error.message.slice(0, 60) };
  }
});
df.app.orchestration('failsWithDetails', function* (context) {
  yield context.df.callActivity('business');
});
df.app.orchestration('strings', function* (context) {
  const text = context.df.getInput();
  return yield context.df.callActivity('identity', text);
});
