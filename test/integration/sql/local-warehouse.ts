import { createClock } from '../../../local/databricks/clock.ts';
import { statementsControl } from '../../../local/databricks/controls/statements.ts';
import { createSqlWarehouse } from '../../../local/databricks/sql/warehouse.ts';
import { startEmulator } from '../../../local/emulator/emulator.ts';
import { ENDLESS } from '../../support/endless-statement.ts';
import type { ClientConnection } from '../../../src/shared/streaming/client-connection.ts';
import { failureLine } from '../../../src/shared/http/sql/sql-response.ts';
import type { ResultFormat } from '../../../src/shared/sql/formats.ts';
import { type LimitRequest, resolveLimits, type SqlCaps } from '../../../src/shared/sql/limits.ts';
import { guard } from '../../../src/shared/sql/guard/statement-guard.ts';
import { runSql, type SqlAnswer } from '../../../src/shared/sql/run-sql.ts';
import { createSqlClient, type SqlClient, type SqlTokens } from '../../../src/shared/sql/sql-client.ts';
import { sqlRequestSchema } from '../../../src/shared/sql/sql-request.ts';

const TOKEN = 'local';

/** A warehouse over plain HTTP, and what its control plane tells. */
export async function startWarehouse() {
  const clock = createClock();
  const warehouse = await createSqlWarehouse({ clock });
  const emulator = await startEmulator({
    token: TOKEN,
    operationOf: (request) => warehouse.operationOf(request) ?? '',
    handle: (request) => warehouse.handle(request),
    controls: { statements: statementsControl(warehouse.engine.held) },
  });
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${emulator.url}/_emulator/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as { operations: Record<string, Record<string, number>> };
  };
  await control('POST', 'statements', { held: [ENDLESS] });
  return {
    url: emulator.url,
    port: emulator.port,
    fault: (match: Record<string, string>, fault: Record<string, unknown>) =>
      control('POST', 'faults', { match, ...fault }),
    clearFaults: () => control('DELETE', 'faults'),
    /** How often an operation was asked for. */
    count: async (operation: string) => {
      const { operations } = await control('GET', 'requests');
      return Object.values(operations[operation] ?? {}).reduce((total, count) => total + count, 0);
    },
    resetCounts: () => control('DELETE', 'requests'),
    /** Moves the warehouse's clock on. */
    advance: (ms: number) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      await emulator[Symbol.asyncDispose]();
      await warehouse[Symbol.asyncDispose]();
      clock.stop();
    },
  };
}

export type LocalWarehouse = Awaited<ReturnType<typeof startWarehouse>>;

export function clientOf(port: number, tokens: Partial<SqlTokens> = {}, now: () => number = Date.now): SqlClient {
  return createSqlClient({
    address: { host: '127.0.0.1', port, httpPath: '/sql/1.0/warehouses/0123456789abcdef', isPlainHttp: true },
    tokens: { getToken: async () => ({ token: TOKEN, expiresAtMs: Infinity }), drop: () => undefined, ...tokens },
    now,
  });
}

/** A connection whose client can be made to leave. */
export function openConnection(): ClientConnection & { leave(reason: Error): void; wasCut: boolean } {
  const controller = new AbortController();
  return {
    wasCut: false,
    signal: controller.signal,
    drained: () => Promise.resolve(),
    async cut() {
      this.wasCut = true;
    },
    leave: (reason) => controller.abort(reason),
  };
}

export interface AskOptions {
  format?: ResultFormat;
  numbers?: 'string' | 'native';
  caps?: SqlCaps;
  allowedClasses?: string[];
  connection?: ClientConnection;
  onBroken?: (error: unknown) => void;
}

export async function ask(client: SqlClient, body: string | object, options: AskOptions = {}): Promise<SqlAnswer> {
  const request = sqlRequestSchema.parse(typeof body === 'string' ? { statement: body } : body);
  const format = options.format ?? 'json';
  const asked: LimitRequest = {
    timeoutSeconds: request.timeout_seconds,
    rowLimit: request.row_limit,
    byteLimit: request.byte_limit,
  };
  const resolved = resolveLimits(asked, format, options.caps ?? {});
  if (!('limits' in resolved)) throw new Error(JSON.stringify(resolved.problems));
  return runSql(client, {
    request,
    format,
    numbers: options.numbers ?? 'string',
    limits: resolved.limits,
    judge: () => guard(request.statement, options.allowedClasses ?? [], { parameters: request.parameters }),
    connection: options.connection ?? openConnection(),
    failureLine,
    tags: { gateway_caller: 'user:test' },
    onBroken: options.onBroken ?? (() => undefined),
  });
}

/** The whole body. */
export async function bodyOf(answer: SqlAnswer): Promise<Buffer> {
  return Buffer.from(await new Response(answer.body as ReadableStream).arrayBuffer());
}

export async function textOf(client: SqlClient, body: string | object, options: AskOptions = {}): Promise<string> {
  return (await bodyOf(await ask(client, body, options))).toString();
}

export async function rowsOf(client: SqlClient, body: string | object, options: AskOptions = {}) {
  return JSON.parse(await textOf(client, body, options)) as {
    columns: { name: string; type: string; nullable: boolean }[];
    rows: unknown[][];
    row_count: number;
    truncated: boolean;
    statement_id: string;
  };
}
