'use strict';
const { app } = require('@azure/functions');

app.http('echo', {
  route: 'echo/{kind:alpha}/{id:int?}',
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: async (request, context) => {
    context.log(`echo ${request.params.kind}`);
    return {
      status: 201,
      headers: { 'x-answer': 'yes' },
      jsonBody: {
        url: request.url,
        params: request.params,
        query: Object.fromEntries(request.query),
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      },
    };
  },
});
app.http('catchAll', {
  route: 'files/{*path}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async (request) => ({ body: request.params.path }),
});
app.http('size', {
  route: 'size',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request) => ({ jsonBody: { bytes: (await request.arrayBuffer()).byteLength } }),
});
app.http('cookies', {
  authLevel: 'anonymous',
  handler: async () => ({
    body: 'x',
    cookies: [
      { name: 'a', value: '1', path: '/', httpOnly: true },
      { name: 'b', value: '2', path: '/', sameSite: 'Lax', maxAge: 5 },
    ],
  }),
});
app.http('throwing', {
  authLevel: 'anonymous',
  handler: async () => {
    throw new Error('the handler throws');
  },
});
app.http('empty', { authLevel: 'anonymous', handler: async () => undefined });
app.http('slow', {
  authLevel: 'anonymous',
  handler: async (request) => {
    await new Promise((resolve) => setTimeout(resolve, Number(request.query.get('ms') ?? 1000)));
    return { body: 'slow' };
  },
});
app.http('rejects', {
  authLevel: 'anonymous',
  handler: async () => {
    void Promise.reject(new Error('nobody awaits this'));
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return { body: 'ok' };
  },
});
app.http('forFunctionKey', { authLevel: 'function', handler: async () => ({ body: 'function' }) });
app.http('forAdminKey', { authLevel: 'admin', handler: async () => ({ body: 'admin' }) });
app.http('hostname', { authLevel: 'anonymous', handler: async () => ({ body: process.env.WEBSITE_HOSTNAME }) });
