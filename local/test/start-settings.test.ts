import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ANY_PORTS } from '../stack-ports.ts';
import { readStartSettings } from '../start-settings.ts';

it('has the documented defaults', async () => {
  expect(await readStartSettings({ PORT: '0' })).toEqual({
    port: 0,
    ports: ANY_PORTS,
    dataDir: resolve('.local'),
    isFresh: false,
    auth: false,
  });
});

it('reads what is set', async () => {
  const dataDir = join(tmpdir(), 'not-there-yet', 'data');
  const given = {
    PORT: '0',
    LOCAL_WORKSPACE_PORT: '0',
    LOCAL_DATA_DIR: dataDir,
    LOCAL_FRESH: '1',
    LOCAL_AUTH: '1',
  };
  expect(await readStartSettings(given)).toMatchObject({
    port: 0,
    dataDir,
    isFresh: true,
    auth: true,
  });
});

it.each([
  [{ DATABRICKS_HOST: 'http://adb-1.azuredatabricks.net' }, /DATABRICKS_HOST must use https/],
  [{ DATABRICKS_HOST: 'http://127.0.0.1.example.com' }, /DATABRICKS_HOST must use https/],
  [{ DATABRICKS_TOKEN: '@Microsoft.KeyVault(SecretUri=https://v.test/s)' }, /DATABRICKS_TOKEN is an unresolved/],
  [{ PORT: 'seventy' }, /PORT seventy is not a port number/],
  [{ PORT: '70000' }, /PORT 70000 is not a port number/],
  [{ LOCAL_WORKSPACE_PORT: 'x' }, /LOCAL_WORKSPACE_PORT x is not a port number/],
  [{ DATABRICKS_HOST: 'nonsense' }, /DATABRICKS_HOST nonsense is no workspace/],
  [{ RUN_QUEUE_MAX: 'lots' }, /RUN_QUEUE_MAX must be a whole number/],
  [{ WORKSPACES: '{' }, /WORKSPACES/],
  // No name can be made there, not even by an administrator.
  [
    { LOCAL_DATA_DIR: '/dev/null/data' },
    /Nothing can be written to \/dev\/null\/data \(ENOTDIR\): LOCAL_DATA_DIR names/,
  ],
  [{ LOCAL_AUTH: 'yes' }, /LOCAL_AUTH is 1 or 0, not yes/],
  [{ LOCAL_FRESH: 'on' }, /LOCAL_FRESH is 1 or 0, not on/],
])('refuses %o', async (given, message) => {
  await expect(readStartSettings({ PORT: '0', ...given })).rejects.toThrow(message);
});

it.each([
  'http://localhost:8080',
  'http://127.0.0.1',
  'http://[::1]:1',
  'https://adb-1.azuredatabricks.net',
  'adb-1.net',
])('accepts %s', async (DATABRICKS_HOST) => {
  await expect(readStartSettings({ PORT: '0', DATABRICKS_HOST })).resolves.toBeDefined();
});

it('names every problem at once', async () => {
  const given = { PORT: 'x', DATABRICKS_HOST: 'http://w.test', SOME: '@Microsoft.KeyVault(VaultName=v;SecretName=s)' };
  await expect(readStartSettings(given)).rejects.toThrow(/SOME[^]*DATABRICKS_HOST[^]*PORT/);
});

it('says that a port is in use', async () => {
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  await expect(readStartSettings({ PORT: String(port) })).rejects.toThrow(`Port ${port} is in use`);
  server.close();
});

it('does not empty a directory of somebody else', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'start-settings-'));
  const given = { PORT: '0', LOCAL_FRESH: '1', LOCAL_DATA_DIR: dir };
  await expect(readStartSettings(given)).resolves.toBeDefined();
  await writeFile(join(dir, 'diary.txt'), 'dear diary');
  await expect(readStartSettings(given)).rejects.toThrow(/LOCAL_FRESH does not empty/);
  await rm(dir, { recursive: true });
});
