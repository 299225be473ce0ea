'use strict';
const { app, output, trigger } = require('@azure/functions');

const runs = [];
app.http('runs', { authLevel: 'anonymous', handler: async () => ({ jsonBody: runs }) });

app.timer('tick', { schedule: '*/2 * * * * *', handler: async (timer) => void runs.push({ fn: 'tick', timer }) });
app.timer('yearly', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: async (timer) => void runs.push({ fn: 'yearly', timer }),
});
app.timer('manual', { schedule: '%MANUAL_SCHEDULE%', handler: async () => void runs.push({ fn: 'manual' }) });

const queueOutput = output.storageQueue({ queueName: 'results', connection: 'AzureWebJobsStorage' });
const blobOutput = output.storageBlob({ path: 'out/{name}.txt', connection: 'AzureWebJobsStorage' });
const unknownOutput = output.generic({ type: 'carrierPigeon' });
app.storageQueue('work', {
  queueName: 'work',
  connection: 'AzureWebJobsStorage',
  extraOutputs: [queueOutput, blobOutput, unknownOutput],
  handler: async (message, context) => {
    runs.push({ fn: 'work', message, metadata: context.triggerMetadata });
    if (message.fail) throw new Error('the message fails');
    if (message.ms) await new Promise((resolve) => setTimeout(resolve, message.ms));
    context.extraOutputs.set(queueOutput, [{ done: message.name }, 'plain text']);
    context.extraOutputs.set(blobOutput, `hello ${message.name}`);
    context.extraOutputs.set(unknownOutput, 'coo');
  },
});
app.storageQueue('texts', {
  queueName: 'texts',
  connection: 'AzureWebJobsStorage',
  handler: async (message) => void runs.push({ fn: 'texts', message }),
});

app.generic('bytes', {
  trigger: trigger.generic({
    type: 'queueTrigger',
    queueName: 'bytes',
    connection: 'AzureWebJobsStorage',
    dataType: 'binary',
  }),
  handler: async (message) =>
    void runs.push({ fn: 'bytes', message: { isBytes: Buffer.isBuffer(message), text: String(message) } }),
});

app.eventGrid('grid', {
  handler: async (event) => {
    runs.push({ fn: 'grid', event });
    if (event.data?.fail) throw new Error('the event fails');
  },
});

const df = require('durable-functions');
const backupOutput = output.storageBlob({ path: 'backups/{backupPath}', connection: 'AzureWebJobsStorage' });
df.app.activity('backupFile', {
  extraOutputs: [backupOutput],
  handler: async ({ backupPath }, context) => {
    const bytes = Buffer.from(`text ${backupPath}`);
    context.extraOutputs.set(backupOutput, bytes);
    return bytes.length;
  },
});
df.app.orchestration('backup', function* (context) {
  return yield context.df.Task.all(
    context.df.getInput().files.map((backupPath) => context.df.callActivity('backupFile', { backupPath })),
  );
});
