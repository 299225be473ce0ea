import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { simulated } from '../support/gateway.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
});

interface Document {
  status: string;
  outcome: string | null;
  run_id: string;
}

/** What `npm start` runs, in a process group of its own. */
async function start() {
  const program = spawn(process.execPath, ['local/start.ts'], {
    env: { ...process.env, PORT: '0', LOCAL_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const pid = program.pid ?? 0;
  onTestFinished(() => {
    if (program.exitCode === null && program.signalCode === null) process.kill(-pid, 'SIGKILL');
  });
  const told = new Map<string, string>();
  for await (const line of createInterface(program.stdout)) {
    const [name = '', value = ''] = line.split(' ');
    told.set(name, value);
    if (name === 'ready') break;
  }
  const url = told.get('ready');
  const dispatcher = new Agent({
    connect: { ca: readFileSync(join(dataDir, 'certificate-authority', 'ca.pem'), 'utf8') },
  });
  return {
    submit: (key: string, seconds: number) =>
      fetch(`${url}/api/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ run_name: key, ...simulated(seconds) }),
      }),
    async read(id: string): Promise<Document> {
      const response = await fetch(`${url}/api/runs/${id}`, { headers: { prefer: 'wait=5' } });
      expect(response.status).toBe(200);
      return (await response.json()) as Document;
    },
    async runsAtDatabricks(): Promise<{ run_name: string }[]> {
      const response = await fetch(`${told.get('databricks')}/_emulator/runs`, {
        headers: { authorization: `Bearer ${told.get('token')}` },
        dispatcher,
      });
      return ((await response.json()) as { runs: { run_name: string }[] }).runs;
    },
    async killGroup() {
      process.kill(-pid, 'SIGKILL');
      await once(program, 'exit');
      await dispatcher.destroy();
    },
    /** Ctrl-C, which npm passes on to a process that has had it from the terminal already. */
    async interrupt() {
      process.kill(-pid, 'SIGINT');
      process.kill(pid, 'SIGINT');
      await once(program, 'exit');
      await dispatcher.destroy();
      return program.exitCode;
    },
    /** The stack's own process; its children find out. */
    async kill() {
      program.kill('SIGKILL');
      await once(program, 'exit');
      await dispatcher.destroy();
    },
  };
}

async function idOf(response: { json(): Promise<unknown> }): Promise<string> {
  return ((await response.json()) as { id: string }).id;
}

it.each(['killGroup', 'kill'] as const)('loses nothing that it has answered to kill -9 (%s)', async (kill) => {
  const before = await start();
  const ended = await idOf(await before.submit('ended', 0));
  await expect.poll(() => before.read(ended), { timeout: 30_000 }).toMatchObject({ outcome: 'succeeded' });
  const atWork = await idOf(await before.submit('at work', 8));
  await expect.poll(() => before.read(atWork), { timeout: 30_000 }).toMatchObject({ status: 'running' });
  const accepted = await before.submit('accepted', 1);
  expect(accepted.status).toBe(202);
  const id = await idOf(accepted);
  await before[kill]();

  const after = await start();
  expect(await after.read(ended)).toMatchObject({ status: 'completed', outcome: 'succeeded' });
  const replay = await after.submit('accepted', 1);
  expect(replay.headers.get('idempotency-replayed')).toBe('true');
  expect(await replay.json()).toMatchObject({ id });
  await expect.poll(() => after.read(atWork), { timeout: 60_000 }).toMatchObject({ outcome: 'succeeded' });
  await expect.poll(() => after.read(id), { timeout: 60_000 }).toMatchObject({ outcome: 'succeeded' });
  const names = (await after.runsAtDatabricks()).map((run) => run.run_name);
  expect(names.toSorted()).toEqual(['accepted', 'at work', 'ended']);
  await after.killGroup();
});

it('lets running requests end at Ctrl-C, with what they need still there', async () => {
  const stack = await start();
  const id = await idOf(await stack.submit('at work', 60));
  await expect.poll(() => stack.read(id), { timeout: 30_000 }).toMatchObject({ status: 'running' });
  const reading = stack.read(id);
  await delay(500);

  const exit = stack.interrupt();

  expect(await reading).toMatchObject({ id, status: 'running' });
  expect(await exit).toBe(0);
});
