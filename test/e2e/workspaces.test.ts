import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startDatabricks } from '../../local/databricks/databricks.ts';
import { openCertificateAuthority } from '../../local/emulator/certificate-authority.ts';
import { startFileStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const TOKEN = 'the-token-of-the-second-workspace';
/** More than a host has places for activities. */
const RUNS = 25;

// The stack takes the certificate authority that it finds in its directory.
const dataDir = await mkdtemp(join(tmpdir(), 'gateway-workspaces-'));
const authority = await openCertificateAuthority(join(dataDir, 'certificate-authority'));
const certificate = await authority.issue(['localhost', '127.0.0.1']);
const second = await startDatabricks({ token: TOKEN, certificate, sqlWarehouse: false, warmNotebooks: false });
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});
const { stack, gateway } = await startFileStack({
  dataDir,
  env: { WORKSPACES: JSON.stringify([{ name: 'second', host: second.url, token_secret: 'second-token' }]) },
});
stack.vault.secrets.set('second-token', TOKEN);

const inSecond = { gateway: { workspace: 'second' } };

async function healthyWork(): Promise<void> {
  const ids = await Promise.all(Array.from({ length: 5 }, () => gateway.submit(simulated(0.2))));
  const stopped = await gateway.submit(simulated(600));
  const rows = await gateway.post('/api/sql', { statement: 'SELECT 1 AS one' });
  await gateway.until(stopped, ({ status }) => status === 'running', 20_000);
  await gateway.send('DELETE', `/api/runs/${stopped}`);
  const results = await Promise.all([...ids, stopped].map((id) => gateway.result(id, 20_000)));

  expect(rows).toMatchObject({ status: 200, body: { rows: [[1]] } });
  expect(results.map(({ outcome }) => outcome)).toEqual([...ids.map(() => 'succeeded'), 'canceled']);
}

it('runs in each workspace with its own credentials', async () => {
  const before = await gateway.operations('runs/submit');
  const { outcome, workspace } = await gateway.result(await gateway.submit({ ...simulated(0.1), ...inSecond }));

  expect([outcome, workspace]).toEqual(['succeeded', 'second']);
  expect(await gateway.operations('runs/submit')).toEqual(before);
});

const faults = `${second.url}/_emulator/faults`;
const control = { authorization: `Bearer ${TOKEN}` };

it.each([
  ['never responds', { kind: 'delay', delay_seconds: 600 }],
  ['is down', { kind: 'status', status: 503 }],
])('keeps the runs and statements of a workspace going while another %s', async (_what, fault) => {
  await gateway.send('DELETE', faults, undefined, control);
  await gateway.send('POST', faults, { match: {}, ...fault }, control);
  await Promise.all(Array.from({ length: RUNS }, () => gateway.submit({ ...simulated(0.1), ...inSecond })));

  await healthyWork();
  expect((await gateway.get('/api/health')).body).toMatchObject({
    status: 'degraded',
    checks: { 'databricks:default': { status: 'ok' }, 'databricks:second': { status: 'degraded' } },
  });
});

it('runs what has waited once the workspace responds again', async () => {
  const id = await gateway.submit({ ...simulated(0.1), ...inSecond });
  await gateway.send('DELETE', faults, undefined, control);

  expect((await gateway.result(id, 100_000)).outcome).toBe('succeeded');
});
