import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { TableClient } from '@azure/data-tables';
import { app } from '@azure/functions';
import * as df from 'durable-functions';

// The least that accepts something for good: a row, and an orchestration that is started.
app.setup({ enableHttpStream: true });

const client = df.input.durableClient();
const table = TableClient.fromConnectionString(process.env['AzureWebJobsStorage'] ?? '', 'submitted', {
  allowInsecureConnection: true,
});

app.http('submit', {
  methods: ['POST'],
  extraInputs: [client],
  handler: async (request, context) => {
    const instanceId = randomUUID();
    await table.createEntity({ partitionKey: instanceId, rowKey: '0', body: await request.text() });
    await df.getClient(context).startNew('hello-sequence', { instanceId });
    return { status: 202, jsonBody: { id: instanceId } };
  },
});

df.app.orchestration('hello-sequence', function* () {
  return yield* [];
});
