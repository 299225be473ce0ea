'use strict';
const df = require('durable-functions');
const { app } = require('@azure/functions');

df.app.activity('hello', { handler: (name) => `Hello ${name}!` });
df.app.orchestration('helloSequence', function* (context) {
  const output = [];
  for (const city of ['Tokyo', 'Seattle', 'London']) output.push(yield context.df.callActivity('hello', city));
  return output;
});
df.app.orchestration('rounds', function* (context) {
  const { rounds, ms } = context.df.getInput();
  for (let round = 0; round < rounds; round++) {
    yield context.df.callActivity('hello', `round ${round}`);
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + ms));
  }
  return rounds;
});

app.http('plain', { authLevel: 'anonymous', handler: async () => ({ jsonBody: { hello: 'world' } }) });
/** Starts `count` orchestrations through the durable client, `concurrency` at a time. */
app.http('bulk', {
  methods: ['POST'],
  authLevel: 'anonymous',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const { name, count, input, concurrency } = await request.json();
    let next = 0;
    const starter = async () => {
      while (next++ < count) await client.startNew(name, { input });
    };
    await Promise.all(Array.from({ length: concurrency }, starter));
    return { jsonBody: { count } };
  },
});
app.http('memory', { authLevel: 'anonymous', handler: async () => ({ jsonBody: { rss: process.memoryUsage().rss } }) });
