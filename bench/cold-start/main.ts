import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { startStorage } from '../../local/azure/storage.ts';
import { bundle } from '../../scripts/bundle.ts';
import { packageApp } from '../../scripts/package-app.ts';
import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { median } from '../median.ts';

const ROUNDS = 15;
const loadSchema = z.object({ loadMs: z.number(), residentMb: z.number() });
const responseSchema = z.object({ responseMs: z.number() });

/** Settings that the app can use, so that it opens all that a start opens. */
const SETTINGS = {
  DATABRICKS_HOST: 'https://adb-1.1.azuredatabricks.net',
  DATABRICKS_TOKEN: 'cold-start',
  DATABRICKS_WAREHOUSE_ID: '1',
  AUTH_MODE: 'anonymous',
};

const RUN = JSON.stringify({ existing_cluster_id: '1', notebook_task: { notebook_path: '/Shared/cold-start' } });

type Environment = Record<string, string>;

/**
 * How long it takes to load the deployed app, each time in a new process, beside a minimal app of the two libraries that
 * every Durable app loads, bundled alike: without anything compiled before, and with Node's compile cache. And how long
 * until it has responded to its first `POST /api/runs`, beside an app that writes a row and starts an orchestration.
 */
export async function benchColdStart(): Promise<Measure[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'gateway-cold-start-'));
  await using storage = await startStorage({ token: 'any' });
  const insecure = { allowInsecureConnection: true };
  await TableClient.fromConnectionString(storage.connectionString, 'submitted', insecure).createTable();
  const app = join(folder.path, 'app');
  await packageApp(app);
  const minimal = await bundled('minimal-app', folder.path);
  const submitting = await bundled('submitting-app', folder.path);
  const settings = { ...SETTINGS, AzureWebJobsStorage: storage.connectionString };
  const uncompiled = { ...settings, NODE_DISABLE_COMPILE_CACHE: '1' };
  const compiled = { ...settings, NODE_COMPILE_CACHE: join(folder.path, 'compiled') };
  return [
    ...(await loads('nothing compiled before', app, minimal, uncompiled)),
    ...(await loads('compile cache', app, minimal, compiled)),
    await firstResponses(app, submitting, uncompiled),
  ];
}

/** Bundles an app beside this file, its libraries as they are, in a folder below another. Returns the folder. */
async function bundled(name: string, below: string): Promise<string> {
  const folder = join(below, name);
  const entryPoints = { main: `bench/cold-start/${name}/main.ts` };
  await bundle(join(folder, 'dist'), { entryPoints, isWhole: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', main: 'dist/main.js' }));
  return folder;
}

async function loads(name: string, app: string, minimal: string, env: Environment): Promise<Measure[]> {
  const load = async (folder: string) => loadSchema.parse(await lastJson('load-once.ts', [folder], env));
  const [own, reference] = await inTurn(
    () => load(app),
    () => load(minimal),
  );
  const libraries = '@azure/functions and durable-functions alone';
  return [
    {
      name: `load the app, ${name}`,
      value: median(own.map(({ loadMs }) => loadMs)),
      unit: 'ms',
      reference: { name: libraries, value: median(reference.map(({ loadMs }) => loadMs)) },
      target: '<= 1.4 x',
    },
    {
      name: `memory of the process, ${name}`,
      value: median(own.map(({ residentMb }) => residentMb)),
      unit: 'MB',
      reference: { name: libraries, value: median(reference.map(({ residentMb }) => residentMb)) },
    },
  ];
}

async function firstResponses(app: string, submitting: string, env: Environment): Promise<Measure> {
  const respond = async (folder: string, path: string) =>
    responseSchema.parse(await lastJson('first-request.ts', [folder, path, RUN], env));
  const [own, reference] = await inTurn(
    () => respond(app, '/api/runs'),
    () => respond(submitting, '/api/submit'),
  );
  return {
    name: 'start until POST /api/runs has a response',
    value: median(own.map(({ responseMs }) => responseMs)),
    unit: 'ms',
    reference: {
      name: 'until a row and an orchestration have, by the SDKs',
      value: median(reference.map(({ responseMs }) => responseMs)),
    },
  };
}

/** Both in turn, so that what else the machine does falls on both. */
async function inTurn<Figures>(
  own: () => Promise<Figures>,
  reference: () => Promise<Figures>,
): Promise<[Figures[], Figures[]]> {
  // Where compiled code is kept, these leave it.
  for (const measure of [own, reference]) await measure();
  const figures: [Figures[], Figures[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    figures[0].push(await own());
    figures[1].push(await reference());
  }
  return figures;
}

/** What a program beside this one prints at its end, in a process of its own, after whatever the app has logged. */
async function lastJson(program: string, args: readonly string[], env: Environment): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, program), ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
}

if (import.meta.main) printMeasures(await benchColdStart());
