'use strict';
const df = require('durable-functions');
const { app } = require('@azure/functions');

/** Starts any orchestration of this app: the body is its input. */
app.http('start', {
  route: 'start/{name}/{id?}',
  methods: ['POST'],
  authLevel: 'anonymous',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const text = await request.text();
    const id = await client.startNew(request.params.name, {
      ...(request.params.id ? { instanceId: request.params.id } : {}),
      ...(text ? { input: JSON.parse(text) } : {}),
      ...(request.query.get('version') ? { version: request.query.get('version') } : {}),
    });
    return client.createCheckStatusResponse(request, id);
  },
});

df.app.activity('hello', { handler: (name) => `Hello ${name}!` });
df.app.orchestration('helloSequence', function* (context) {
  const output = [];
  for (const city of ['Tokyo', 'Seattle', 'London']) output.push(yield context.df.callActivity('hello', city));
  return output;
});
