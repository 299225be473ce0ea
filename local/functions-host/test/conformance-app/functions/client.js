'use strict';
const df = require('durable-functions');
const { app } = require('@azure/functions');

/** Calls any method of the durable client: `{ "method": "getStatus", "args": […] }`; answers with what it gave or the error's message. */
app.http('client', {
  route: 'client',
  methods: ['POST'],
  authLevel: 'anonymous',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const { method, args } = await request.json();
    const given = args.map((arg) => {
      if (arg?.entity) return new df.EntityId(arg.entity[0], arg.entity[1]);
      if (arg?.createdTimeFrom) return { ...arg, createdTimeFrom: new Date(arg.createdTimeFrom) };
      return arg;
    });
    try {
      return { jsonBody: { value: await client[method](...given) } };
    } catch (error) {
      return { jsonBody: { error: error.message } };
    }
  },
});
app.http('runAndWait', {
  route: 'run/{name}',
  methods: ['POST'],
  authLevel: 'anonymous',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew(request.params.name, { input: await request.json() });
    return client.waitForCompletionOrCreateCheckStatusResponse(request, id, {
      timeoutInMilliseconds: 20_000,
      retryIntervalInMilliseconds: 100,
    });
  },
});
