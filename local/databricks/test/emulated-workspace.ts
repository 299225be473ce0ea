import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { openCertificateAuthority } from '../../emulator/certificate-authority.ts';
import { startDatabricks, type DatabricksOptions } from '../databricks.ts';

export const TOKEN = 'dapi-test';

const POLL_MS = 20;
/** Less than a test may take: it fails with what the run came to. */
const PATIENCE_MS = 110_000;

/** JSON whose fields a test asserts one by one. */
// oxlint-disable-next-line typescript/no-explicit-any -- what a test expects of it, it says itself
export type Json = any;

interface TestResponse {
  status: number;
  body: Json;
  /** The body as it came. */
  text: string;
  headers: Headers;
}

export interface EmulatedWorkspace extends AsyncDisposable {
  url: string;
  caFile: string;
  get(path: string, query?: Record<string, unknown>, headers?: Record<string, string>): Promise<TestResponse>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<TestResponse>;
  /** A call of the control plane. */
  control(method: string, path: string, body?: unknown): Promise<TestResponse>;
  /** Submits a run and returns its id. */
  submit(body: object): Promise<number>;
  /** Waits until the run has ended and returns it. */
  ended(runId: number): Promise<Json>;
  /** Waits until `predicate` holds of the run; states that pass within `POLL_MS` are missed. */
  until(runId: number, predicate: (run: Json) => boolean): Promise<Json>;
  output(taskRunId: number): Promise<Json>;
  request(
    path: string,
    init: { method: string; body?: string; headers?: Record<string, string> },
  ): Promise<TestResponse>;
}

/** Starts a workspace of its own for a test, with everything that a test asks of it. */
export async function startEmulatedWorkspace(options: Partial<DatabricksOptions> = {}): Promise<EmulatedWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), 'databricks-test-'));
  const authority = await openCertificateAuthority(dir);
  const databricks = await startDatabricks({
    certificate: await authority.issue(['localhost', '127.0.0.1']),
    token: TOKEN,
    sqlWarehouse: false,
    warmNotebooks: false,
    ...options,
  });
  return connectTo(databricks.url, authority.caFile, async () => {
    await databricks[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
}

/** Everything that a test asks of a workspace that runs already; `stop` ends it. */
export async function connectTo(url: string, caFile: string, stop: () => Promise<void>): Promise<EmulatedWorkspace> {
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, 'utf8') } });

  const workspace: EmulatedWorkspace = {
    url,
    caFile,
    async request(path, init) {
      const response = await fetch(`${url}${path}`, { ...init, dispatcher });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? undefined : JSON.parse(text),
        text,
        headers: response.headers as unknown as Headers,
      };
    },
    get(path, query = {}, headers = {}) {
      const search = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      );
      return workspace.request(`${apiPath(path)}?${search.toString()}`, {
        method: 'GET',
        headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      });
    },
    post(path, body, headers = {}) {
      return workspace.request(apiPath(path), {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      });
    },
    control(method, path, body) {
      return workspace.request(`/_emulator/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${TOKEN}` },
      });
    },
    async submit(body) {
      const response = await workspace.post('jobs/runs/submit', body);
      if (response.status !== 200) throw new Error(JSON.stringify(response.body));
      return response.body.run_id as number;
    },
    ended: (runId) => workspace.until(runId, (run) => run.status.state === 'TERMINATED'),
    async until(runId, predicate) {
      for (const untilMs = Date.now() + PATIENCE_MS; ; await delay(POLL_MS)) {
        const { body } = await workspace.get('jobs/runs/get', { run_id: runId });
        if (predicate(body)) return body;
        if (Date.now() > untilMs) throw new Error(`The run never came to that: ${JSON.stringify(body)}`);
      }
    },
    async output(taskRunId) {
      return (await workspace.get('jobs/runs/get-output', { run_id: taskRunId })).body;
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
      await stop();
    },
  };
  return workspace;
}

/** `jobs/…` means the current version of the API. */
function apiPath(path: string): string {
  return path.startsWith('/') ? path : `/api/2.2/${path}`;
}

export const CLUSTER_ID = '0101-000000-local00';

/** A task that runs no code. */
export function simulatedTask(
  taskKey: string,
  parameters: Record<string, string> = {},
  more: object = {},
): Record<string, unknown> {
  return {
    task_key: taskKey,
    existing_cluster_id: CLUSTER_ID,
    notebook_task: {
      notebook_path: '/Simulated/work',
      base_parameters: { seconds: '1', setup_seconds: '0', ...parameters },
    },
    ...more,
  };
}

/** A run of one task that runs no code. */
export function simulatedRun(parameters: Record<string, string> = {}, more: object = {}): object {
  return { run_name: 'simulated', tasks: [simulatedTask('main', parameters)], ...more };
}
