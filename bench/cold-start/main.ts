import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { bundle } from '../../scripts/bundle.ts';
import { packageApp } from '../../scripts/package-app.ts';
import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { median } from '../median.ts';

const ROUNDS = 15;
const loadSchema = z.object({ loadMs: z.number(), residentMb: z.number() });
type Load = z.infer<typeof loadSchema>;

/** Settings that the app can use, so that it opens all that a start opens. */
const SETTINGS = {
  DATABRICKS_HOST: 'https://adb-1.1.azuredatabricks.net',
  DATABRICKS_TOKEN: 'cold-start',
  DATABRICKS_WAREHOUSE_ID: '1',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

/**
 * How long it takes to load the deployed app, each time in a new process, beside a minimal app of the two libraries that
 * every Durable app loads, bundled alike: without anything compiled before, and with Node's compile cache.
 */
export async function benchColdStart(): Promise<Measure[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'gateway-cold-start-'));
  const app = join(folder.path, 'app');
  const minimal = join(folder.path, 'minimal');
  await packageApp(app);
  await bundle(join(minimal, 'dist'), {
    entryPoints: { main: 'bench/cold-start/minimal-app/main.ts' },
    isWhole: true,
  });
  await writeFile(join(minimal, 'package.json'), JSON.stringify({ type: 'module', main: 'dist/main.js' }));
  return [
    ...(await compared('nothing compiled before', { app, minimal }, { NODE_DISABLE_COMPILE_CACHE: '1' })),
    ...(await compared('compile cache', { app, minimal }, { NODE_COMPILE_CACHE: join(folder.path, 'compiled') })),
  ];
}

/** Both in turn, so that what else the machine does falls on both. */
async function compared(
  name: string,
  { app, minimal }: { app: string; minimal: string },
  env: Record<string, string>,
): Promise<Measure[]> {
  // Where compiled code is kept, these leave it.
  for (const each of [app, minimal]) await loadOnce(each, env);
  const loads: { app: Load; minimal: Load }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    loads.push({ app: await loadOnce(app, env), minimal: await loadOnce(minimal, env) });
  const of = (pick: 'app' | 'minimal', figure: keyof Load) => median(loads.map((load) => load[pick][figure]));
  const libraries = '@azure/functions and durable-functions alone';
  return [
    {
      name: `load the app, ${name}`,
      value: of('app', 'loadMs'),
      unit: 'ms',
      reference: { name: libraries, value: of('minimal', 'loadMs') },
      target: '<= 1.4 x',
    },
    {
      name: `memory of the process, ${name}`,
      value: of('app', 'residentMb'),
      unit: 'MB',
      reference: { name: libraries, value: of('minimal', 'residentMb') },
    },
  ];
}

async function loadOnce(app: string, env: Record<string, string>): Promise<Load> {
  const program = join(import.meta.dirname, 'load-once.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, app], {
    env: { PATH: process.env['PATH'], ...SETTINGS, ...env },
  });
  // What the app logs at its start stands before.
  return loadSchema.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('{"loadMs"'))));
}

if (import.meta.main) printMeasures(await benchColdStart());
