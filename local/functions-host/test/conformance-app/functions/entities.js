'use strict';
const df = require('durable-functions');

df.app.entity('Counter', (context) => {
  const value = context.df.getState(() => 0);
  switch (context.df.operationName) {
    case 'add':
      context.df.setState(value + context.df.getInput());
      return context.df.return(value + context.df.getInput());
    case 'get':
      return context.df.return(value);
    case 'delete':
      return context.df.destructOnExit();
    case 'fail':
      throw 'the counter fails';
    case 'forward':
      return context.df.signalEntity(new df.EntityId('counter', context.df.getInput()), 'add', value);
    default:
  }
});

df.app.orchestration('entityCalls', function* (context) {
  const id = new df.EntityId('Counter', context.df.instanceId);
  const first = yield context.df.callEntity(id, 'add', 5);
  context.df.signalEntity(id, 'add', 10);
  const value = yield context.df.callEntity(id, 'get');
  let error;
  try {
    yield context.df.callEntity(id, 'fail');
  } catch (failure) {
    error = failure.message;
  }
  return { first, value, error };
});
df.app.orchestration('transfer', function* (context) {
  const { from, to, amount, holdMs } = context.df.getInput();
  const [a, b] = [new df.EntityId('Counter', from), new df.EntityId('Counter', to)];
  const lock = yield context.df.lock(a, b);
  try {
    const balance = yield context.df.callEntity(a, 'get');
    if (holdMs) yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + holdMs));
    yield context.df.callEntity(a, 'add', -amount);
    yield context.df.callEntity(b, 'add', amount);
    return balance;
  } finally {
    lock.release();
  }
});
df.app.orchestration('lockAndEnd', function* (context) {
  yield context.df.lock(new df.EntityId('Counter', context.df.getInput().key));
  return 'ended with the lock';
});
df.app.orchestration('lockAndWait', function* (context) {
  yield context.df.lock(new df.EntityId('Counter', context.df.getInput().key));
  yield context.df.waitForExternalEvent('never');
});
/** Locks an entity of its own and adds to it three times: more or less than 3 would be a message lost or doubled. */
df.app.orchestration('entityOnce', function* (context) {
  const id = new df.EntityId('Counter', context.df.instanceId);
  const lock = yield context.df.lock(id);
  yield context.df.callEntity(id, 'add', 1);
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 100));
  yield context.df.callEntity(id, 'add', 1);
  lock.release();
  context.df.signalEntity(id, 'add', 1);
  return yield context.df.callEntity(id, 'get');
});
