import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startDatabricks } from '../../local/databricks/databricks.ts';
import { WAREHOUSE_ID as emulatedWarehouseId } from '../../local/databricks/sql/compute.ts';
import { openCertificateAuthority } from '../../local/emulator/certificate-authority.ts';

const REQUEST_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = { emulator: 20, workspace: 2_000 };

const {
  DATABRICKS_HOST: realHost,
  DATABRICKS_TOKEN: realToken,
  DATABRICKS_WAREHOUSE_ID: realWarehouse,
  DATABRICKS_CONFORMANCE_WRITES: writes,
} = process.env;

/** Whether the suite speaks to a real workspace: `DATABRICKS_HOST` and `DATABRICKS_TOKEN` are set. */
export const isReal = Boolean(realHost) && Boolean(realToken);

/** Whether tests may make runs, files, secrets and tables: in the emulator, or with `DATABRICKS_CONFORMANCE_WRITES=1`. */
export const mayWrite = !isReal || writes === '1';

/** Whether there is a SQL warehouse: always in the emulator, or the one that `DATABRICKS_WAREHOUSE_ID` names. */
export const hasWarehouse = !isReal || Boolean(realWarehouse);

/** JSON whose fields a test asserts one by one. */
// oxlint-disable-next-line typescript/no-explicit-any -- what a test expects of it, it says itself
export type Json = any;

export interface ApiResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  bytes: Buffer;
  /** The body parsed; undefined where it is not JSON. */
  json: Json;
}

export interface ApiRequest {
  query?: Record<string, string | number | boolean>;
  /** JSON; a string or bytes are sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** A workspace, known by its address and a credential only. */
export interface ConformanceTarget extends AsyncDisposable {
  /** `https://host[:port]`, without a slash at the end. */
  url: string;
  token: string;
  warehouseId: string;
  /** PEM of who signed the certificate; undefined for a public authority. */
  ca: string | undefined;
  /** One request with the credential, unless its headers say otherwise (an empty one is not sent); a path that does not begin with `/` is below `/api/`. Throws after a minute. */
  request(method: string, path: string, request?: ApiRequest): Promise<ApiResponse>;
  /** Reads until what is read fits, for at most `timeoutMs`. */
  until<Value>(read: () => Promise<Value>, fits: (value: Value) => boolean, timeoutMs?: number): Promise<Value>;
}

type EmulatorOptions = Pick<Parameters<typeof startDatabricks>[0], 'sqlWarehouse' | 'timeScale'>;

/**
 * The emulator, started for this file with these options; or the workspace of `DATABRICKS_HOST`, by the token of
 * `DATABRICKS_TOKEN`.
 */
export async function openTarget(options: EmulatorOptions = {}): Promise<ConformanceTarget> {
  await using opened = new AsyncDisposableStack();
  const { url, token, ca } = isReal ? realWorkspace() : await startEmulator(opened, options);
  const dispatcher = opened.adopt(new Agent(ca === undefined ? {} : { connect: { ca } }), (agent) => agent.destroy());
  const intervalMs = POLL_INTERVAL_MS[isReal ? 'workspace' : 'emulator'];
  const owned = opened.move();
  return {
    url,
    token,
    ca,
    warehouseId: isReal ? (realWarehouse ?? '') : emulatedWarehouseId,
    async request(method, path, { query = {}, body, headers = {} } = {}) {
      const target = new URL(path.startsWith('/') ? path : `/api/${path}`, url);
      for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value));
      // Unlike fetch, it sends a body with a GET, as some clients do.
      const response = await request(target, {
        method,
        headers: withoutEmpty({ authorization: `Bearer ${token}`, ...headers }),
        ...(body === undefined ? {} : { body: encoded(body) }),
        dispatcher,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const bytes = Buffer.from(await response.body.arrayBuffer());
      const text = bytes.toString('utf8');
      return { status: response.statusCode, headers: response.headers, text, bytes, json: parsed(text) };
    },
    async until(read, fits, timeoutMs = REQUEST_TIMEOUT_MS) {
      const untilMs = Date.now() + timeoutMs;
      for (;;) {
        const value = await read();
        if (fits(value)) return value;
        if (Date.now() > untilMs) throw new Error(`Still not so after ${timeoutMs} ms: ${JSON.stringify(value)}`);
        await delay(intervalMs);
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

type Address = Pick<ConformanceTarget, 'url' | 'token' | 'ca'>;

function realWorkspace(): Address {
  const { origin } = new URL(/^https?:\/\//.test(realHost ?? '') ? (realHost ?? '') : `https://${realHost}`);
  return { url: origin, token: realToken ?? '', ca: undefined };
}

async function startEmulator(opened: AsyncDisposableStack, options: EmulatorOptions): Promise<Address> {
  const dir = await mkdtemp(join(tmpdir(), 'conformance-'));
  opened.defer(() => rm(dir, { recursive: true, force: true }));
  const authority = await openCertificateAuthority(dir);
  const token = 'dapi0123456789abcdef';
  const certificate = await authority.issue(['localhost', '127.0.0.1']);
  const { url } = opened.use(await startDatabricks({ certificate, token, warmNotebooks: false, ...options }));
  return { url, token, ca: await readFile(authority.caFile, 'utf8') };
}

function withoutEmpty(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}

function encoded(body: unknown): string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
