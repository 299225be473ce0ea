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
      jsonBody: { params: request.params, query: Object.fromEntries(request.query), body: await request.text() },
    };
  },
});
