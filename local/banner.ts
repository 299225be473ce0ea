import { join, relative } from 'node:path';
import { WAREHOUSE_ID } from './databricks/sql/compute.ts';
import type { Stack } from './stack.ts';

type Shown = Pick<
  Stack,
  'url' | 'databricks' | 'vault' | 'identity' | 'eventGrid' | 'storage' | 'dataDir' | 'caFile' | 'token'
>;

/** What of the settings is shown. */
export interface ShownSettings {
  /** Whether function keys are asked for. */
  auth: boolean;
}

/** A place of the stack: what it is called, where it is, what it is for. */
type Place = readonly [name: string, where: string, what: string];

/** Where everything is, a `name value` each line, for programs. */
export function plainAddresses(stack: Shown, { auth }: ShownSettings): string[] {
  return [
    ...(stack.databricks.isEmulated
      ? [
          `databricks ${stack.databricks.url}`,
          `http-path /sql/1.0/warehouses/${WAREHOUSE_ID}`,
          `notebooks ${join(stack.dataDir, 'databricks', 'notebooks')}`,
        ]
      : []),
    `ca ${stack.caFile}`,
    `vault ${stack.vault.url}`,
    `identity ${stack.identity.url}`,
    `event-grid ${stack.eventGrid.url}`,
    `storage ${stack.storage.url}`,
    `token ${stack.token}`,
    ...(auth ? [`keys ${join(stack.dataDir, 'keys.json')}`] : []),
  ];
}

/** The same for people: with what each is for, what to try, and how to stop. */
export function banner(stack: Shown, { auth }: ShownSettings): string {
  const places = placesOf(stack, auth);
  const nameWidth = Math.max(...places.map(([name]) => name.length));
  const whereWidth = Math.max(...places.map(([, where]) => where.length));
  const lines = places.map(([name, where, what]) =>
    `  ${name.padEnd(nameWidth)}  ${where.padEnd(whereWidth)}  ${what}`.trimEnd(),
  );
  return ['', ...lines, '', 'Try, from another terminal:', ...tries(stack, auth), '', STOP].join('\n');
}

const STOP = 'Ctrl-C stops; runs and data stay, and go on at the next start (LOCAL_FRESH=1 empties them).';

function placesOf(stack: Shown, auth: boolean): Place[] {
  const { databricks, dataDir } = stack;
  return [
    ['gateway', stack.url, 'the HTTP API: docs/api.md, docs/clients.md'],
    ['monitor', `${stack.url}/api/monitor`, 'a page that shows what runs'],
    ...(databricks.isEmulated
      ? ([
          ['databricks', databricks.url, `the workspace; SQL at /sql/1.0/warehouses/${WAREHOUSE_ID}`],
          ['notebooks', shortPath(join(dataDir, 'databricks', 'notebooks')), 'Users/me/hello.py is /Users/me/hello'],
        ] as const)
      : ([['databricks', databricks.url, 'the workspace of DATABRICKS_HOST']] as const)),
    ['data', shortPath(dataDir), 'runs, tables, secrets, keys'],
    ...(auth ? ([['keys', shortPath(join(dataDir, 'keys.json')), 'function keys: x-functions-key']] as const) : []),
    ['token', shortPath(join(dataDir, 'token')), "the workspace's, and that of every control plane"],
    ['ca', shortPath(stack.caFile), 'who signed the certificates: curl --cacert'],
    ['vault', stack.vault.url, 'Key Vault'],
    ['identity', stack.identity.url, 'managed identity and Entra'],
    ['event-grid', stack.eventGrid.url, 'Event Grid'],
    ['storage', stack.storage.url, 'Blob, with Queue and Table beside it'],
  ];
}

function tries({ url, databricks }: Shown, auth: boolean): string[] {
  const key = auth ? " -H 'x-functions-key: KEY'" : '';
  const run = `curl -sS '${url}/api/templates/greet/runs?pretty'${key} -H 'content-type: application/json' -H 'prefer: wait=60' -d '{ "parameters": { "key": "hello" } }'`;
  return [
    `  curl -sS '${url}/api/health?pretty'${key}`,
    ...(databricks.isEmulated ? [`  ${run}`] : []),
    `  curl -sS '${url}/api/runs?pretty'${key}`,
  ];
}

/** As seen from where the command was given, where that is shorter. */
function shortPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
