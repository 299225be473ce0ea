import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isFree } from './free-port.ts';
import { settingProblems } from './gateway-settings.ts';
import type { Environment } from './host-environment.ts';
import { anotherStackUses, isStackDataLocked, LOCK_FILE } from './stack-lock.ts';
import { ANY_PORTS, usualPorts, type StackPorts } from './stack-ports.ts';

const DEFAULT_PORT = 7071;
/** A host that was killed has given its port back by then. */
const PORT_PATIENCE_MS = 2_000;
const PORT_POLL_MS = 100;

/** What `npm start` reads from its environment. */
export interface StartSettings {
  port: number;
  /** Of the emulators. */
  ports: StackPorts;
  dataDir: string;
  isFresh: boolean;
  auth: boolean;
}

/**
 * Reads the settings of `npm start` from its environment.
 * @throws Error that names everything that is wrong, before anything is started
 */
export async function readStartSettings(environment: Environment): Promise<StartSettings> {
  const settings = {
    port: Number(environment['PORT'] || DEFAULT_PORT),
    dataDir: resolve(environment['LOCAL_DATA_DIR'] || '.local'),
    isFresh: isOn(environment['LOCAL_FRESH']),
    auth: isOn(environment['LOCAL_AUTH']),
  };
  const given = environment['LOCAL_WORKSPACE_PORT'];
  const references = unresolvedReferences(environment);
  const problems = [
    ...['LOCAL_FRESH', 'LOCAL_AUTH'].flatMap((name) => flagProblems(name, environment[name])),
    ...(given ? await portProblems(Number(given), given, 'LOCAL_WORKSPACE_PORT') : []),
    ...references.map((name) => `${name} is an unresolved Key Vault reference: no App Service is here to resolve it.`),
    ...noWorkspace(environment['DATABRICKS_HOST'] ?? ''),
    ...settingProblems(without(environment, references)),
    ...(await portProblems(settings.port, environment['PORT'])),
    ...(await directoryProblems(settings.dataDir)),
    ...(settings.isFresh ? await strangeDirectory(settings.dataDir) : []),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  // Who takes any port for the gateway takes any for everything.
  const ports = settings.port === 0 ? ANY_PORTS : await usualPorts();
  return { ...settings, ports: given ? { ...ports, workspace: Number(given) } : ports };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(1|true)$/i.test(value);
}

function flagProblems(name: string, value: string | undefined): string[] {
  if (value === undefined || /^(1|0|true|false|)$/i.test(value)) return [];
  return [`${name} is 1 or 0, not ${value}.`];
}

function unresolvedReferences(environment: Environment): string[] {
  return Object.keys(environment).filter((name) => /^\s*@microsoft\.keyvault\(/i.test(environment[name] ?? ''));
}

function without(environment: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

/** Every workspace of Azure Databricks is in a domain; a lone word is a slip. */
function noWorkspace(databricksHost: string): string[] {
  return /^(https:\/\/)?(?!localhost)[\w-]+\/?$/i.test(databricksHost)
    ? [`DATABRICKS_HOST ${databricksHost} is no workspace, as adb-1234567890123456.7.azuredatabricks.net is one.`]
    : [];
}

async function portProblems(port: number, given: string | undefined, name = 'PORT'): Promise<string[]> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return [`${name} ${given} is not a port number.`];
  const untilMs = Date.now() + PORT_PATIENCE_MS;
  while (!(await isFree(port)) && Date.now() < untilMs) await delay(PORT_POLL_MS);
  return (await isFree(port)) ? [] : [`Port ${port} is in use; ${name} names another.`];
}

/** What will be written to it is said to be impossible before anything has begun, and so is that another stack has it. */
async function directoryProblems(dir: string): Promise<string[]> {
  try {
    await access(dir, constants.W_OK);
    return isStackDataLocked(dir) ? [anotherStackUses(dir)] : [];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
    if (code === 'ENOENT' && dirname(dir) !== dir) return directoryProblems(dirname(dir));
    return [`Nothing can be written to ${dir} (${code}): LOCAL_DATA_DIR names a directory for the stack's data.`];
  }
}

/** A slip in `LOCAL_DATA_DIR` must not empty a directory that is not the stack's. */
async function strangeDirectory(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const isOurs = names.length === 0 || names.includes('certificate-authority') || names.includes(LOCK_FILE);
  return isOurs ? [] : [`LOCAL_FRESH does not empty ${dir}: it holds something else than the local stack's data.`];
}
