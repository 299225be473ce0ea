import * as z from 'zod';
import type { Transport } from './transport.ts';
import { stringifyJson } from '../json.ts';
import { absentIfNull } from '../body-schema.ts';
import { validatedCall } from './validated-call.ts';

const count = z.coerce.number().int().nonnegative();

/** A result is 100 GiB at most, a chunk some 20 MB; far more than that is no response. */
const MAX_CHUNKS = 100_000;

const column = z.looseObject({
  name: z.string(),
  type_text: absentIfNull(z.string().default('STRING')),
  type_name: absentIfNull(z.string().default('STRING')),
  type_precision: absentIfNull(z.number().optional()),
  type_scale: absentIfNull(z.number().optional()),
});

const manifest = z.looseObject({
  schema: z.looseObject({ columns: absentIfNull(z.array(column).default([])) }),
  total_chunk_count: absentIfNull(count.max(MAX_CHUNKS).default(0)),
  total_row_count: absentIfNull(count.default(0)),
  truncated: absentIfNull(z.boolean().default(false)),
});

const executedStatement = z.looseObject({
  statement_id: z.string().min(1),
  status: z.looseObject({
    state: z.string(),
    error: z
      .looseObject({ error_code: absentIfNull(z.string().optional()), message: absentIfNull(z.string().optional()) })
      .nullish(),
    sql_state: z.string().nullish(),
  }),
  manifest: manifest.nullish(),
});

const chunk = z.looseObject({
  external_links: absentIfNull(
    z.array(z.looseObject({ external_link: z.string().min(1), byte_count: count.nullish() })).default([]),
  ),
});

/** A link to a file with rows, and its size in bytes where it is given. */
export interface ChunkLink {
  readonly link: string;
  readonly byteCount: number | undefined;
}

/** A statement as the Statement Execution API returns it. */
export type ExecutedStatement = z.output<typeof executedStatement>;
/** What a result is made of. */
export type StatementManifest = z.output<typeof manifest>;
/** A column of a manifest. */
export type ManifestColumn = z.output<typeof column>;

/** A cancellation is repeated at the next poll. */
const ONE_TRY = { timeoutMs: 10_000, budgetMs: 0 };
const PATH = '/api/2.0/sql/statements';

/** A statement to be carried out, with named parameters only. */
export interface StatementSubmission {
  readonly statement: string;
  /** A NULL has no type. */
  readonly parameters: readonly {
    readonly name?: string | undefined;
    readonly value: string | null;
    readonly type: string;
  }[];
  readonly warehouseId: string;
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly rowLimit: number | null;
  readonly byteLimit: number | null;
  /** Changes nothing, so that it may be sent again. */
  readonly isRead: boolean;
  /** Shown in Databricks' query history. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The Statement Execution API. Every call throws the leaves of `DatabricksError`.
 * @see https://docs.databricks.com/api/azure/workspace/statementexecution
 */
export interface StatementExecutionApi {
  /** Submits a statement without waiting for it. A read is sent again when its response is lost; nothing else is. */
  submit(submission: StatementSubmission): Promise<ExecutedStatement>;
  get(statementId: string): Promise<ExecutedStatement>;
  /** Links to the Arrow streams of one chunk; they last some minutes. */
  links(statementId: string, chunkIndex: number): Promise<ChunkLink[]>;
  /** Tries once. */
  cancel(statementId: string): Promise<void>;
}

/** The Statement Execution API over a transport. */
export function createStatementExecutionApi(transport: Transport): StatementExecutionApi {
  const call = validatedCall(transport);
  const one = (statementId: string) => `${PATH}/${encodeURIComponent(statementId)}`;
  return {
    async submit(submission) {
      const body = stringifyJson(bodyOf(submission));
      return call('sql/statements', executedStatement, { method: 'POST', path: PATH, body, isSafe: submission.isRead });
    },
    async get(statementId) {
      return call('sql/statements/get', executedStatement, { method: 'GET', path: one(statementId) });
    },
    async links(statementId, chunkIndex) {
      const path = `${one(statementId)}/result/chunks/${chunkIndex}`;
      const { external_links } = await call('sql/statements/chunks', chunk, { method: 'GET', path });
      return external_links.map(({ external_link, byte_count }) => ({
        link: external_link,
        byteCount: byte_count ?? undefined,
      }));
    },
    async cancel(statementId) {
      const path = `${one(statementId)}/cancel`;
      await transport.request('sql/statements/cancel', { method: 'POST', path, body: '{}', isSafe: true, ...ONE_TRY });
    },
  };
}

function bodyOf(submission: StatementSubmission): object {
  const { statement, parameters, warehouseId, catalog, schema, rowLimit, byteLimit, tags } = submission;
  return {
    statement,
    warehouse_id: warehouseId,
    ...(catalog === null ? {} : { catalog }),
    ...(schema === null ? {} : { schema }),
    parameters: parameters.map(({ name, value, type }) => (value === null ? { name, value } : { name, value, type })),
    wait_timeout: '0s',
    on_wait_timeout: 'CONTINUE',
    disposition: 'EXTERNAL_LINKS',
    format: 'ARROW_STREAM',
    ...(rowLimit === null ? {} : { row_limit: rowLimit }),
    ...(byteLimit === null ? {} : { byte_limit: byteLimit }),
    query_tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}
