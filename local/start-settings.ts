import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from './host-environment.ts';
import { LOCK_FILE } from './stack-lock.ts';

const DEFAULT_PORT = 7071;
/** Clients are set up once: the address stays where it can. */
const USUAL_WORKSPACE_PORT = 8443;
/** A host that was killed has given its port back by then. */
const PORT_PATIENCE_MS = 2_000;
const PORT_POLL_MS = 100;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What `npm start` reads from its environment. */
export interface StartSettings {
  port: number;
  /** Of the emulated workspace; 0 is any free one. */
  workspacePort: number;
  dataDir: string;
  isFresh: boolean;
  auth: boolean;
}

/**
 * Reads what `npm start` is told by its environment.
 * @throws Error that names everything that is wrong, before anything is started
 */
export async function readStartSettings(environment: Environment): Promise<StartSettings> {
  const settings = {
    port: Number(environment['PORT'] || DEFAULT_PORT),
    dataDir: resolve(environment['LOCAL_DATA_DIR'] || '.local'),
    isFresh: isOn(environment['LOCAL_FRESH']),
    auth: isOn(environment['LOCAL_AUTH']),
  };
  const workspacePort = await workspacePortOf(environment['LOCAL_WORKSPACE_PORT'], settings.port);
  const problems = [
    ...['LOCAL_FRESH', 'LOCAL_AUTH'].flatMap((name) => flagProblems(name, environment[name])),
    ...workspacePort.problems,
    ...unresolvedReferences(environment),
    ...plainHttp(environment['DATABRICKS_HOST'] ?? ''),
    ...(await portProblems(settings.port, environment['PORT'])),
    ...(settings.isFresh ? await strangeDirectory(settings.dataDir) : []),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { ...settings, workspacePort: workspacePort.port };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(1|true)$/i.test(value);
}

function flagProblems(name: string, value: string | undefined): string[] {
  if (value === undefined || /^(1|0|true|false|)$/i.test(value)) return [];
  return [`${name} is 1 or 0, not ${value}.`];
}

/** The port that was given, or the usual one where that is free; any where the gateway's is any too. */
async function workspacePortOf(
  given: string | undefined,
  gatewayPort: number,
): Promise<{ port: number; problems: string[] }> {
  if (!given) {
    const isUsual = gatewayPort !== 0 && (await isFree(USUAL_WORKSPACE_PORT));
    return { port: isUsual ? USUAL_WORKSPACE_PORT : 0, problems: [] };
  }
  const port = Number(given);
  return { port, problems: await portProblems(port, given, 'LOCAL_WORKSPACE_PORT') };
}

function unresolvedReferences(environment: Environment): string[] {
  return Object.entries(environment)
    .filter(([, value]) => value !== undefined && /^\s*@microsoft\.keyvault\(/i.test(value))
    .map(([name]) => `${name} is an unresolved Key Vault reference: there is no App Service here to resolve it.`);
}

function plainHttp(databricksHost: string): string[] {
  if (!/^http:/i.test(databricksHost)) return [];
  const hostname = URL.parse(databricksHost)?.hostname ?? '';
  return LOOPBACK.test(hostname)
    ? []
    : ['DATABRICKS_HOST must use https: plain http is accepted for loopback hosts only.'];
}

async function portProblems(port: number, given: string | undefined, name = 'PORT'): Promise<string[]> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return [`${name} ${given} is not a port number.`];
  const untilMs = Date.now() + PORT_PATIENCE_MS;
  while (!(await isFree(port)) && Date.now() < untilMs) await delay(PORT_POLL_MS);
  return (await isFree(port)) ? [] : [`Port ${port} is in use; ${name} names another.`];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** A slip in `LOCAL_DATA_DIR` must not empty a directory that is not the stack's. */
async function strangeDirectory(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const isOurs = names.length === 0 || names.includes('certificate-authority') || names.includes(LOCK_FILE);
  return isOurs ? [] : [`LOCAL_FRESH does not empty ${dir}: it holds something else than the local stack's data.`];
}
