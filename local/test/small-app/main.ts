import { app } from '@azure/functions';

const SHOWN =
  /^(AzureWebJobsStorage|DATABRICKS_.*|EVENT_GRID_.*|IDENTITY_.*|KEY_VAULT_URL|NODE_EXTRA_CA_CERTS|GREETING)$/;

app.http('health', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'health',
  handler: () => ({ jsonBody: { pid: process.pid } }),
});

app.http('environment', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'environment',
  handler: () => ({ jsonBody: Object.fromEntries(Object.entries(process.env).filter(([name]) => SHOWN.test(name))) }),
});

app.http('log', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'log',
  handler: async (request, context) => {
    context.log(await request.text());
    return {};
  },
});
