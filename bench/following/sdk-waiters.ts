import { readFile } from 'node:fs/promises';
import { setDefaultCACertificates } from 'node:tls';
import { WorkspaceClient } from '@databricks/sdk-experimental';
import { simulated } from '../../test/support/gateway.ts';

/*
 * A program without a gateway: submits so many runs at a rate, and waits for each by the SDK's own waiter, all in this
 * process. Prints a line when all are submitted; it is ended from outside.
 */

const [host = '', token = '', caFile = '', runs = '0', seconds = '0', perSecond = '1'] = process.argv.slice(2);

setDefaultCACertificates([await readFile(caFile, 'utf8')]);
const client = new WorkspaceClient({ host, token, authType: 'pat' });
await client.config.ensureResolved();
const { notebook_task: notebook, existing_cluster_id: cluster } = simulated(Number(seconds));
const begunAtMs = performance.now();
for (let index = 0; index < Number(runs); index++) {
  const dueMs = begunAtMs + (index * 1_000) / Number(perSecond);
  await new Promise((resolve) => {
    setTimeout(resolve, Math.max(dueMs - performance.now(), 0));
  });
  const task = { task_key: 'main', existing_cluster_id: cluster, notebook_task: notebook };
  const waiter = await client.jobs.submit({ tasks: [task] });
  // Some wait until this process is ended.
  waiter.wait().catch(() => undefined);
}
console.log('submitted');
