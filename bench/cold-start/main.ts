import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startStorage } from '../../local/azure/storage.ts';
import { bundle } from '../../scripts/bundle.ts';
import { packageApp } from '../../scripts/package-app.ts';
import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { median } from '../median.ts';

const ROUNDS = 15;
const loadSchema = z.object({ loadMs: z.number(), residentMb: z.number() });
const requestSchema = z.object({ responseMs: z.number() });

/** Settings that the app can use, so that it opens all that a start opens. */
const SETTINGS = {
  DATABRICKS_HOST: 'https://adb-1.1.azuredatabricks.net',
  DATABRICKS_TOKEN: 'cold-start',
  DATABRICKS_WAREHOUSE_ID: '1',
  AUTH_MODE: 'anonymous',
};

const RUN = JSON.stringify({ existing_cluster_id: '1', notebook_task: { notebook_path: '/Shared/cold-start' } });

/** The folders of the two. */
interface Apps {
  app: string;
  minimal: string;
}

type Environment = Record<string, string>;

/**
 * How long it takes to load the deployed app, and until it has responded to its first `POST /api/runs`, each time in a
 * new process, beside a minimal app of the two libraries that every Durable app loads, bundled alike: without anything
 * compiled before, and with Node's compile cache.
 */
export async function benchColdStart(): Promise<Measure[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'gateway-cold-start-'));
  await using storage = await startStorage({ token: 'any' });
  const apps = { app: join(folder.path, 'app'), minimal: join(folder.path, 'minimal') };
  await packageApp(apps.app);
  await bundle(join(apps.minimal, 'dist'), {
    entryPoints: { main: 'bench/cold-start/minimal-app/main.ts' },
    isWhole: true,
  });
  await writeFile(join(apps.minimal, 'package.json'), JSON.stringify({ type: 'module', main: 'dist/main.js' }));
  const settings = { ...SETTINGS, AzureWebJobsStorage: storage.connectionString };
  const uncompiled = { ...settings, NODE_DISABLE_COMPILE_CACHE: '1' };
  const compiled = { ...settings, NODE_COMPILE_CACHE: join(folder.path, 'compiled') };
  return [
    ...(await compared('nothing compiled before', apps, uncompiled)),
    ...(await compared('compile cache', apps, compiled)),
  ];
}

/** Both in turn, so that what else the machine does falls on both. */
async function compared(name: string, apps: Apps, env: Environment): Promise<Measure[]> {
  const loads = await medians((which) => loadOnce(apps[which], env));
  const requests = await medians((which) =>
    requestOnce(apps[which], which === 'app' ? '/api/runs' : '/api/hello', env),
  );
  const libraries = '@azure/functions and durable-functions alone';
  return [
    {
      name: `load the app, ${name}`,
      value: loads('app', 'loadMs'),
      unit: 'ms',
      reference: { name: libraries, value: loads('minimal', 'loadMs') },
      target: '<= 1.4 x',
    },
    {
      name: `load it and respond to a first POST /api/runs, ${name}`,
      value: requests('app', 'responseMs'),
      unit: 'ms',
      reference: { name: `${libraries}, a POST that does nothing`, value: requests('minimal', 'responseMs') },
    },
    {
      name: `memory of the process, ${name}`,
      value: loads('app', 'residentMb'),
      unit: 'MB',
      reference: { name: libraries, value: loads('minimal', 'residentMb') },
    },
  ];
}

/** The median of each figure, of the app and of the minimal one. */
async function medians<Figure extends string>(
  measure: (which: keyof Apps) => Promise<Record<Figure, number>>,
): Promise<(which: keyof Apps, figure: Figure) => number> {
  // Where compiled code is kept, these leave it.
  for (const which of ['app', 'minimal'] as const) await measure(which);
  const rounds: Record<keyof Apps, Record<Figure, number>>[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ app: await measure('app'), minimal: await measure('minimal') });
  return (which, figure) => median(rounds.map((round) => round[which][figure]));
}

/** How long a new process takes to load an app. */
async function loadOnce(app: string, env: Environment): Promise<z.infer<typeof loadSchema>> {
  return loadSchema.parse(await lastJson('load-once.ts', [app], env));
}

/** How long it takes until a new process has loaded an app and responded to its first request. */
async function requestOnce(app: string, path: string, env: Environment): Promise<z.infer<typeof requestSchema>> {
  return requestSchema.parse(await lastJson('first-request.ts', [app, path, RUN], env));
}

/** What a program beside this one prints at its end, after whatever the app has logged. */
async function lastJson(program: string, args: readonly string[], env: Environment): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, program), ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
}

if (import.meta.main) printMeasures(await benchColdStart());
