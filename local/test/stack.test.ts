import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack.ts';
import { childrenOf, isListening, isRunning } from './processes.ts';

const appDir = fileURLToPath(new URL('small-app', import.meta.url));

async function getJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

function addressesOf(stack: Stack): string[] {
  const parts = [stack.databricks, stack.vault, stack.identity, stack.eventGrid, stack.storage];
  return [stack.url, ...parts.map(({ url }) => url)];
}

describe('a stack', () => {
  let stack: Stack;
  let childrenBefore: number[];
  beforeAll(async () => {
    childrenBefore = await childrenOf(process.pid);
    stack = await startStack({ appDir, env: { GREETING: 'hello', DATABRICKS_CLUSTER_ID: undefined } });
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('says to the app where everything is, and overrides have the last word', async () => {
    const environment = await getJson(`${stack.url}/api/environment`);
    expect(environment).toMatchObject({
      AzureWebJobsStorage: stack.storage.connectionString,
      DATABRICKS_HOST: stack.databricks.url,
      DATABRICKS_TOKEN_SECRET: 'databricks-token',
      DATABRICKS_WAREHOUSE_ID: '0123456789abcdef',
      KEY_VAULT_URL: stack.vault.url,
      EVENT_GRID_TOPIC_ENDPOINT: `${stack.eventGrid.url}/api/events`,
      IDENTITY_ENDPOINT: `${stack.identity.url}/msi/token`,
      NODE_EXTRA_CA_CERTS: expect.any(String),
      GREETING: 'hello',
    });
    expect(environment).not.toHaveProperty('DATABRICKS_CLUSTER_ID');
    expect(await readFile(String(environment['NODE_EXTRA_CA_CERTS']), 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(stack.vault.secrets.get('databricks-token')?.versions.at(-1)?.value).toBe(stack.databricks.token);
  });

  it('keeps its directory from another, which says so, and goes on', async () => {
    await expect(startStack({ appDir, dataDir: stack.dataDir })).rejects.toThrow(
      `Another stack uses ${stack.dataDir};`,
    );
    await getJson(`${stack.url}/api/health`);
  });

  it('kills the functions host and starts it again at the same address, with its log kept', async () => {
    const before = await getJson(`${stack.url}/api/health`);
    await fetch(`${stack.url}/api/log`, { method: 'POST', body: 'a line before the kill' });
    await stack.killHost();
    await stack.hostEnded();
    await expect(fetch(`${stack.url}/api/health`)).rejects.toThrow('fetch failed');
    await stack.startHost();
    expect(await getJson(`${stack.url}/api/health`)).not.toEqual(before);
    expect(stack.hostLog()).toContain('a line before the kill');
  });

  it('leaves no process, no listener and no file behind', async () => {
    const children = (await childrenOf(process.pid)).filter((pid) => !childrenBefore.includes(pid));
    expect(children).toHaveLength(2);
    await stack[Symbol.asyncDispose]();
    expect(children.filter(isRunning)).toEqual([]);
    expect(await Promise.all(addressesOf(stack).map(isListening))).toEqual(Array(6).fill(false));
    await expect(readdir(stack.dataDir)).rejects.toThrow('ENOENT');
  });
});

describe('a stack that is started again in the directory that it was given', () => {
  const ended = new AsyncDisposableStack();
  let dataDir: string;
  let first: Stack;
  let second: Stack;
  let keys: string;
  let code: string;
  let statusWithoutKey: number;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stack-'));
    ended.defer(() => rm(dataDir, { recursive: true, force: true }));
    first = await startStack({ appDir, dataDir, auth: true });
    first.vault.secrets.set('another', 'kept');
    keys = await readFile(join(dataDir, 'keys.json'), 'utf8');
    code = (JSON.parse(keys) as { functionKeys: { default: string } }).functionKeys.default;
    statusWithoutKey = (await fetch(`${first.url}/api/environment`)).status;
    await getJson(`${first.url}/api/environment?code=${code}`);
    await first[Symbol.asyncDispose]();

    const theirAuthority = join(dataDir, 'their-ca.pem');
    await writeFile(theirAuthority, '# the authority of the workspace\n');
    const environment = {
      PATH: process.env['PATH'],
      DATABRICKS_HOST: 'https://workspace.test',
      DATABRICKS_TOKEN: 'theirs',
      NODE_EXTRA_CA_CERTS: theirAuthority,
    };
    second = ended.use(await startStack({ appDir, dataDir, auth: true, environment }));
  });
  afterAll(() => ended.disposeAsync());

  it('has kept its token, secrets and keys, which it asks for', async () => {
    expect(statusWithoutKey).toBe(401);
    expect(second.token).toBe(first.token);
    expect(second.vault.secrets.get('another')?.versions.at(-1)?.value).toBe('kept');
    expect(await readFile(join(dataDir, 'keys.json'), 'utf8')).toBe(keys);
  });

  it('uses the workspace that the environment names now, and trusts its authority too', async () => {
    expect(second.databricks).toEqual({ url: 'https://workspace.test', token: '', isEmulated: false });
    const seen = await getJson(`${second.url}/api/environment?code=${code}`);
    expect(seen).toMatchObject({ DATABRICKS_HOST: 'https://workspace.test', DATABRICKS_TOKEN: 'theirs' });
    expect(seen).not.toHaveProperty('DATABRICKS_TOKEN_SECRET');
    expect(await readFile(String(seen['NODE_EXTRA_CA_CERTS']), 'utf8')).toMatch(
      /BEGIN CERTIFICATE[^]*authority of the workspace/,
    );
  });
});

describe('a stack that cannot start', () => {
  it("says why in the part's own words, and stops what had started", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve);
    });
    const { port } = taken.address() as AddressInfo;
    const childrenBefore = await childrenOf(process.pid);
    await expect(startStack({ appDir, port })).rejects.toThrow(
      /The functions host ended with 1:[^]*(in use|EADDRINUSE)/,
    );
    expect(await childrenOf(process.pid)).toEqual(childrenBefore);
    taken.close();
  });

  it('gives up on request', async () => {
    const childrenBefore = await childrenOf(process.pid);
    await expect(startStack({ appDir, signal: AbortSignal.timeout(300) })).rejects.toThrow(/timeout/);
    expect(await childrenOf(process.pid)).toEqual(childrenBefore);
  });
});
