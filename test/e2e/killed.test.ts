import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { simulated } from '../support/gateway.ts';

let dataDir: string;
/** The stacks that run, by the process groups that they lead. */
const groups = new Set<number>();

type Names = [ended: string, running: string, accepted: string];

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
  groups.add(pid);
  program.once('exit', () => groups.delete(pid));
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

/** The stack that the next test takes over, on the data of the ones before. */
let stack: Awaited<ReturnType<typeof start>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
  stack = await start();
});

afterAll(async () => {
  for (const pid of groups) process.kill(-pid, 'SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

it.each(['killGroup', 'kill'] as const)('loses nothing that it has answered to kill -9 (%s)', async (kill) => {
  const [ended, running, accepted] = ['ended', 'running', 'accepted'].map((name) => `${kill} ${name}`) as Names;
  const endedId = await idOf(await stack.submit(ended, 0));
  await expect.poll(() => stack.read(endedId)).toMatchObject({ outcome: 'succeeded' });
  const runningId = await idOf(await stack.submit(running, 8));
  await expect.poll(() => stack.read(runningId)).toMatchObject({ status: 'running' });
  const response = await stack.submit(accepted, 1);
  expect(response.status).toBe(202);
  const acceptedId = await idOf(response);
  await stack[kill]();

  stack = await start();
  expect(await stack.read(endedId)).toMatchObject({ status: 'completed', outcome: 'succeeded' });
  const replay = await stack.submit(accepted, 1);
  expect(replay.headers.get('idempotency-replayed')).toBe('true');
  expect(await replay.json()).toMatchObject({ id: acceptedId });
  await expect.poll(() => stack.read(runningId), { timeout: 60_000 }).toMatchObject({ outcome: 'succeeded' });
  await expect.poll(() => stack.read(acceptedId), { timeout: 60_000 }).toMatchObject({ outcome: 'succeeded' });
  const names = (await stack.runsAtDatabricks()).map((run) => run.run_name);
  expect(names.filter((name) => name.startsWith(`${kill} `)).toSorted()).toEqual([accepted, ended, running]);
});

it('lets running requests end at Ctrl-C, with what they need still there', async () => {
  const id = await idOf(await stack.submit('at work', 60));
  await expect.poll(() => stack.read(id)).toMatchObject({ status: 'running' });
  const reading = stack.read(id);
  await delay(500);

  const exit = stack.interrupt();

  expect(await reading).toMatchObject({ id, status: 'running' });
  expect(await exit).toBe(0);
});
