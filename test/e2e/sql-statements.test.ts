import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { acceptStatement } from '../../src/shared/statements/accept/accept-statement.ts';
import { openStatements } from '../../src/shared/statements/open-statements.ts';
import type { StatementRecord, StatementText } from '../../src/shared/statements/record/statement-record.ts';
import { sweepStatements } from '../../src/shared/statements/sweep/sweep-statements.ts';
import { ENDLESS } from '../support/endless-statement.ts';
import { shareStack } from '../support/file-stack.ts';
import { openInProcessGateway, type InProcessGateway } from '../support/in-process-gateway.ts';

const { stack, gateway } = await shareStack();

const MINUTE = 60_000;
const DAY = 86_400_000;

/** As CSV and as NDJSON, two of the blocks in which results are written. */
const ROW_COUNT = 9_000;
const PADDING = '.'.repeat(600);
const ROWS = `SELECT id, CAST(id AS DECIMAL(18,2)) AS d, concat('row ', CAST(id AS STRING), '${PADDING}') AS s,
  TIMESTAMP'2024-02-03 04:05:06.789123' AS ts FROM range(${ROW_COUNT}) AS t(id) ORDER BY id`;

interface Document {
  id: string;
  status: string;
  outcome: string | null;
  statement_id: string | null;
  row_count?: number;
  byte_count?: number;
  failure?: { code: string; sqlstate?: string };
  external_links?: { external_link: string; expiration: string; row_count: number; byte_count: number }[];
}

function submit(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${stack.url}/api/sql/statements`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Polls as Logic Apps does: the `Location`, until it is no longer 202; each response is held until there is something new. */
async function untilEnded(response: Response): Promise<Document> {
  const location = response.headers.get('location') ?? '';
  for (;;) {
    const polled = await fetch(location, { headers: { prefer: 'wait=10' } }).catch(() => undefined);
    if (polled?.status === 200) return (await polled.json()) as Document;
    await sleep(200);
  }
}

/** Waits until the warehouse has the statement; returns the id that it has given it. */
async function untilSubmitted(response: Response): Promise<string> {
  const self = response.headers.get('operation-location') ?? '';
  for (;;) {
    const { statement_id: id } = (await (await fetch(self)).json()) as Document;
    if (id !== null) return id;
    await sleep(50);
  }
}

async function idOf(response: Response): Promise<string> {
  return ((await response.clone().json()) as Document).id;
}

async function rowsOf(document: Document): Promise<Buffer> {
  const [link] = document.external_links ?? [];
  const response = await fetch(link?.external_link ?? '');
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('POST /api/sql/statements', () => {
  test('accepts like a run and gives the rows as NDJSON, by a link that ends', async () => {
    const response = await submit({ statement: ROWS });
    const accepted = (await response.json()) as Document;
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`${stack.url}/api/sql/statements/${accepted.id}/result`);
    expect(response.headers.get('operation-location')).toBe(`${stack.url}/api/sql/statements/${accepted.id}`);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const ended = await untilEnded(response);
    expect(ended).toMatchObject({ status: 'completed', outcome: 'succeeded', row_count: ROW_COUNT });
    expect(ended.statement_id).toEqual(expect.any(String));
    expect(Date.parse(ended.external_links?.[0]?.expiration ?? '')).toBeGreaterThan(Date.now());
    const lines = (await rowsOf(ended)).toString().trimEnd().split('\n');
    expect(lines).toHaveLength(ROW_COUNT);
    expect(lines.at(-1)).toBe(
      `{"id":"8999","d":"8999.00","s":"row 8999${PADDING}","ts":"2024-02-03T04:05:06.789123Z"}`,
    );
  });

  test.each(['fail_on_error=maybe', 'numbers=roman', 'wait=5'])(
    'reads ?%s before it accepts anything',
    async (query) => {
      const before = await gateway.operations('sql/statements');

      const answer = await gateway.post(
        `/api/sql/statements?${query}`,
        { statement: 'SELECT 1' },
        { prefer: 'wait=20' },
      );

      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETER' } });
      expect(answer.body.errors[0].path).toBe(`/${query.split('=')[0]}`);
      expect(await gateway.operations('sql/statements')).toEqual(before);
    },
  );

  test('gives CSV, Arrow and Parquet that other programs read', async () => {
    const [csv, arrow, parquet] = await Promise.all(
      ['csv', 'arrow', 'parquet'].map(async (format) =>
        rowsOf(await untilEnded(await submit({ statement: ROWS, format }))),
      ),
    );
    expect(csv?.toString().split('\r\n', 3)).toEqual([
      'id,d,s,ts',
      `0,0.00,row 0${PADDING},2024-02-03T04:05:06.789123Z`,
      `1,1.00,row 1${PADDING},2024-02-03T04:05:06.789123Z`,
    ]);
    expect(tableFromIPC(arrow).numRows).toBe(ROW_COUNT);
    const folder = await mkdtemp(join(tmpdir(), 'sql-statements-'));
    await writeFile(join(folder, 'rows.parquet'), parquet ?? '');
    const connection = await (await DuckDBInstance.create()).connect();
    const read = await connection.runAndReadAll(
      `SELECT count(*), max(id), sum(d)::VARCHAR, max(s), max(ts)::VARCHAR FROM '${join(folder, 'rows.parquet')}'`,
    );
    expect(read.getRows()).toEqual([
      [9_000n, 8_999n, '40495500.00', `row 999${PADDING}`, expect.stringContaining('04:05:06.789123')],
    ]);
    connection.closeSync();
    await rm(folder, { recursive: true });
  });

  test('gives an empty result in every form', async () => {
    const statement = 'SELECT 1 AS a, CAST(NULL AS TIMESTAMP) AS t WHERE false';
    const [ndjson, csv, arrow, parquet] = await Promise.all(
      ['ndjson', 'csv', 'arrow', 'parquet'].map(async (format) =>
        rowsOf(await untilEnded(await submit({ statement, format }))),
      ),
    );
    expect([ndjson?.toString(), csv?.toString(), tableFromIPC(arrow).numRows]).toEqual(['', 'a,t\r\n', 0]);
    expect(parquet?.subarray(0, 4).toString()).toBe('PAR1');
  });

  test('writes no more bytes than byte_limit, whole rows only, and says that rows are missing', async () => {
    const [ndjson, arrow] = await Promise.all(
      ['ndjson', 'arrow'].map(async (format) =>
        untilEnded(await submit({ statement: 'SELECT id FROM range(100000) AS t(id)', format, byte_limit: 1000 })),
      ),
    );
    expect(ndjson).toMatchObject({ outcome: 'succeeded', truncated: true, row_count: 84 });
    const text = (await rowsOf(ndjson as Document)).toString();
    expect([text.length, text.split('\n').length]).toEqual([ndjson?.byte_count, 85]);
    expect(text.length).toBeLessThanOrEqual(1000);
    const bytes = await rowsOf(arrow as Document);
    expect(bytes.length).toBeLessThanOrEqual(1000);
    expect(tableFromIPC(bytes).numRows).toBe(arrow?.row_count);
  });

  test('tells how a statement failed, as 424 where an error status is asked for', async () => {
    const response = await submit({ statement: 'SELECT * FROM no_such_table' });
    expect(await untilEnded(response)).toMatchObject({
      outcome: 'failed',
      failure: { code: 'TABLE_OR_VIEW_NOT_FOUND', sqlstate: '42P01' },
    });
    const asError = await fetch(`${response.headers.get('location')}?fail_on_error=true`);
    expect([asError.status, await asError.json()]).toMatchObject([
      424,
      { code: 'STATEMENT_UNSUCCESSFUL', result: { outcome: 'failed' } },
    ]);
  });

  test('refuses what it could never run', async () => {
    expect((await submit({ statement: 'DROP TABLE t' })).status).toBe(403);
    expect((await submit({ statement: 'SELECT 1; SELECT 2' })).status).toBe(422);
    expect((await submit({ statement: 'SELECT ?', parameters: [{ value: 1 }] })).status).toBe(422);
    expect((await submit({ statement: 'SELECT 1', format: 'xml' })).status).toBe(400);
    expect((await fetch(`${stack.url}/api/sql/statements/${'0'.repeat(32)}`)).status).toBe(404);
  });

  test('holds its answer as long as the caller prefers', async () => {
    const response = await submit(
      { statement: 'SELECT :a AS a', parameters: [{ name: 'a', value: 7 }] },
      { prefer: 'wait=30' },
    );
    expect(response.status).toBe(200);
    expect((await rowsOf((await response.json()) as Document)).toString()).toBe('{"a":7}\n');
  });
});

describe('DELETE /api/sql/statements/{id}', () => {
  test('stops a statement; asking again does no harm', async () => {
    const response = await submit({ statement: ENDLESS });
    const self = response.headers.get('operation-location') ?? '';
    await untilSubmitted(response);
    const canceled = await fetch(self, { method: 'DELETE' });
    expect([canceled.status, await canceled.json()]).toMatchObject([202, { status: 'canceling' }]);
    expect(await untilEnded(response)).toMatchObject({ outcome: 'canceled' });
    expect((await fetch(self, { method: 'DELETE' })).status).toBe(200);
  });
});

// Each waits for its deadline, or for the client of storage to try again.
describe.concurrent('in the course of time', () => {
  test('a deadline ends a statement as timed out', async () => {
    const response = await submit({ statement: ENDLESS, timeout_seconds: 1 });
    expect(await untilEnded(response)).toMatchObject({ outcome: 'timed_out' });
  });

  // The storage client tries a 503 again by itself; a 403 fails the step, which waits longer each time.
  test.each([
    [503, 5],
    [403, 3],
  ])('storage that fails with %i does not part a statement from its deadline', async (status, times) => {
    const response = await submit({ statement: ENDLESS, timeout_seconds: 5 });
    const id = await idOf(response);
    const path = `/devstoreaccount1/gateway-statements/${id}/statement.json`;
    await gateway.control('storage', 'POST', 'faults', {
      match: { path, method: 'PUT' },
      kind: 'status',
      status,
      times,
    });
    expect(await untilEnded(response)).toMatchObject({ outcome: 'timed_out' });
  });

  test('storage that fails delays the rows of a statement, and loses none', async () => {
    const response = await submit({ statement: ROWS, format: 'csv' });
    const id = await idOf(response);
    const path = `/devstoreaccount1/gateway-statements/${id}/result.csv`;
    await gateway.control('storage', 'POST', 'faults', { match: { path }, kind: 'status', status: 503, times: 6 });
    const ended = await untilEnded(response);
    expect(ended).toMatchObject({ outcome: 'succeeded', row_count: ROW_COUNT });
    expect((await rowsOf(ended)).toString().trimEnd().split('\r\n')).toHaveLength(ROW_COUNT + 1);
  });
});

async function sweep({ context, statements }: InProcessGateway) {
  return sweepStatements(openStatements(context), statements, context.config.runs.retentionDays);
}

describe('a host that is killed', () => {
  let followed: Response;
  let lost: Response;
  let lostStatementId: string;

  beforeAll(async () => {
    [followed, lost] = await Promise.all([submit({ statement: ROWS, format: 'csv' }), submit({ statement: ENDLESS })]);
    [, lostStatementId] = await Promise.all([untilSubmitted(followed), untilSubmitted(lost)]);
    await stack.killHost();
    loseOrchestration(`sql-${await idOf(lost)}`);
    await stack.startHost();
  });

  test('leaves a statement that it submitted to the next', async () => {
    const ended = await untilEnded(followed);
    expect(ended).toMatchObject({ outcome: 'succeeded', row_count: ROW_COUNT });
    expect((await rowsOf(ended)).toString().trimEnd().split('\r\n')).toHaveLength(ROW_COUNT + 1);
  });

  test('leaves one whose orchestration was lost to the sweep, which takes it up where it stood', async () => {
    const id = await idOf(lost);
    const soon = await openInProcessGateway(stack, { aheadMs: 2 * MINUTE });

    expect((await sweep(soon)).reattached).toBe(1);
    expect(await soon.statements.status(id)).toBe('active');
    expect((await sweep(soon)).reattached).toBe(0);
    await gateway.send('DELETE', `/api/sql/statements/${id}`);
    expect(await untilEnded(lost)).toMatchObject({ outcome: 'canceled', statement_id: lostStatementId });
  });
});

describe('the sweep', () => {
  /** Accepts a statement as a door does that dies before it has started the orchestration. */
  async function acceptAndDie(statement: string): Promise<Response> {
    const { context, statements } = await openInProcessGateway(stack);
    const { id } = (await (await submit({ statement: 'SELECT 1 AS a' }, { prefer: 'wait=30' })).json()) as Document;
    const template = (await openStatements(context).store.find(id))!;
    const record: StatementRecord & StatementText = {
      ...template,
      id: randomUUID().replaceAll('-', ''),
      statement,
      parameters: [],
      status: 'queued',
      outcome: null,
      submission: null,
      statementId: null,
      result: null,
      createdAtMs: Date.now(),
      submittedAtMs: null,
      completedAtMs: null,
      deadlineAtMs: Date.now() + 10 * MINUTE,
    };
    const start = () => Promise.reject(new Error('The process has ended.'));
    await acceptStatement(record, openStatements(context), { ...statements, start });
    return new Response(null, { headers: { location: `${stack.url}/api/sql/statements/${record.id}/result` } });
  }

  test('starts an accepted statement that nobody follows, once, although two come at once', async () => {
    const response = await acceptAndDie('SELECT 7 AS a');
    expect((await sweep(await openInProcessGateway(stack))).reattached).toBe(0);
    const soon = await openInProcessGateway(stack, { aheadMs: 2 * MINUTE });

    const reports = await Promise.all([sweep(soon), sweep(soon)]);

    expect(reports.map(({ failed }) => failed)).toEqual([0, 0]);
    expect(reports[0].reattached + reports[1].reattached).toBeGreaterThanOrEqual(1);
    expect((await rowsOf(await untilEnded(response))).toString()).toBe('{"a":7}\n');
  });

  test('forgets what was never written, and purges what is past retention with its rows', async () => {
    const { id } = (await (await submit({ statement: 'SELECT 1 AS a' }, { prefer: 'wait=30' })).json()) as Document;
    const env = { RUN_RETENTION_DAYS: '30' };
    const young = await openInProcessGateway(stack, { aheadMs: 29 * DAY, env });
    const old = await openInProcessGateway(stack, { aheadMs: 31 * DAY, env });
    const { index, store } = openStatements(old.context);
    await index.addActive({ id: 'never-written', createdAtMs: Date.now(), deadlineAtMs: Date.now() });
    await expect.poll(() => old.statements.status(id)).toBe('ended');

    expect(await sweep(young)).toMatchObject({ purged: 0, failed: 0 });
    expect((await sweep(young)).active).toBe(0);
    expect(await old.statements.status(id)).toBe('none');
    expect((await gateway.get(`/api/sql/statements/${id}`)).status).toBe(200);
    expect((await sweep(old)).purged).toBeGreaterThanOrEqual(1);

    expect((await gateway.get(`/api/sql/statements/${id}`)).status).toBe(404);
    expect(await (await store.resultBlob(`${id}/result.ndjson`)).exists()).toBe(false);
    expect(await sweep(old)).toMatchObject({ active: 0, purged: 0 });
  });
});

/** What a deleted task hub would do to one statement; the host must be down. */
function loseOrchestration(instance: string): void {
  using database = new DatabaseSync(join(stack.dataDir, 'hub.db'));
  for (const table of ['instances', 'history', 'inbox', 'activities']) {
    database.prepare(`DELETE FROM ${table} WHERE ${table === 'instances' ? 'id' : 'instance'} = ?`).run(instance);
  }
}
