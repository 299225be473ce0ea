import { expect, it } from 'vitest';
import { PageTokenError } from '../../../src/shared/ledger/page-token.ts';
import { RunLedger } from '../../../src/shared/ledger/run-ledger.ts';
import { recordColumns, recordKey } from '../../../src/shared/ledger/run-row.ts';
import { openStorage, StorageUnavailableError } from '../../../src/shared/storage/storage.ts';
import { createLog, type LogRecord } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { sampleRun } from './sample-run.ts';
import { startTableService, type TableAnswer, type TableRequest } from './table-service.ts';

async function openLedger(answer: (request: TableRequest) => TableAnswer | undefined) {
  const service = await startTableService(answer);
  const log: LogRecord[] = [];
  const storage = openStorage({ kind: 'connection_string', connectionString: service.connectionString });
  const ledger = new RunLedger(storage, createLog({ sink: (record) => log.push(record), redactor: createRedactor() }));
  return { ledger, log, requests: service.requests, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

/** A row as the service tells it. */
function rowOf(record = sampleRun()): Record<string, unknown> {
  const columns = Object.entries(recordColumns(record)).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string'
      ? [[name, value]]
      : [
          [name, Buffer.from(value).toString('base64')],
          [`${name}@odata.type`, 'Edm.Binary'],
        ],
  );
  return {
    PartitionKey: 'run',
    RowKey: recordKey(record),
    'odata.etag': '1',
    Timestamp: '2026-06-01T00:00:00.1234567Z',
    cancelRequestedAtMs: '',
    ...Object.fromEntries(columns),
  };
}

it('asks for no more rows than the page may hold', async () => {
  await using opened = await openLedger(() => ({ rows: [rowOf()] }));

  expect((await opened.ledger.list({ limit: 20 })).runs).toHaveLength(1);

  expect(opened.requests.map(({ query }) => query.get('$top'))).toEqual(['20']);
});

it('hands out a token where the service has found nothing for long, and goes on there', async () => {
  let pages = 0;
  await using opened = await openLedger(() => ({ rows: [], nextRowKey: `1!8!${++pages}` }));

  const first = await opened.ledger.list({ outcome: 'lost', limit: 20 });
  const asked = opened.requests.length;
  await opened.ledger.list({ outcome: 'lost', limit: 20, pageToken: first.nextPageToken });

  expect(first.runs).toEqual([]);
  expect(asked).toBeLessThan(20);
  expect(opened.requests[asked]?.query.get('NextRowKey')).toBe(`1!8!${asked}`);
});

it('fills a page from several of the service, and never beyond its limit', async () => {
  const record = sampleRun();
  await using opened = await openLedger(({ query }) => ({
    rows: query.get('$top') === '1' ? [rowOf(record)] : [rowOf(record), rowOf(record)],
    nextRowKey: 'next',
  }));

  const { runs, nextPageToken } = await opened.ledger.list({ limit: 5 });

  expect(runs).toHaveLength(5);
  expect(nextPageToken).toMatch(/^[\w-]+$/);
});

it.each(['aTo', 'e30', 'bm8', '_', Buffer.from('{"nextPartitionKey":"run","other":1}').toString('base64url')])(
  'refuses %s, which is no page token',
  async (pageToken) => {
    await using opened = await openLedger(() => ({ rows: [] }));

    await expect(opened.ledger.list({ limit: 20, pageToken })).rejects.toThrow(PageTokenError);
    expect(opened.requests).toEqual([]);
  },
);

it('refuses a token that the service refuses', async () => {
  await using opened = await openLedger(() => ({ status: 400 }));
  const pageToken = Buffer.from('{"nextPartitionKey":"run","nextRowKey":"mine"}').toString('base64url');

  await expect(opened.ledger.list({ limit: 20, pageToken })).rejects.toThrow(PageTokenError);
});

it('passes over a row that cannot be read, and says so', async () => {
  const broken = { ...rowOf(), RowKey: 'r:broken', chunks: '2' };
  await using opened = await openLedger(() => ({ rows: [broken, rowOf()] }));

  const { runs } = await opened.ledger.list({ limit: 20 });

  expect(runs).toHaveLength(1);
  expect(opened.log).toMatchObject([{ level: 'error', event: 'run.unreadable', fields: { row: 'r:broken' } }]);
});

it('deletes a run and its claim last and at once, so that a removal that ends half way is taken up again', async () => {
  const record = sampleRun({ runId: '2', earlierRunIds: ['1'] });
  await using opened = await openLedger(({ path }) => ({ status: path === '/$batch' ? 403 : 204 }));

  await expect(opened.ledger.remove(record)).rejects.toThrow(StorageUnavailableError);

  expect(opened.requests.map(({ path }) => /RowKey='(.*)'/.exec(path)?.[1] ?? path)).toEqual([
    'd:default:1',
    'd:default:2',
    '/$batch',
  ]);
  expect(decodeURIComponent(opened.requests.at(-1)?.body ?? '').match(/RowKey='[^']*'/g)).toEqual([
    `RowKey='${recordKey(record)}'`,
    `RowKey='i:${record.id}'`,
  ]);
});

it('is to be asked again where the claim that was in the way has been purged since', async () => {
  await using opened = await openLedger(({ path }) =>
    path === '/$batch' ? { status: 409, code: 'EntityAlreadyExists' } : { status: 404, code: 'ResourceNotFound' },
  );

  const creating = opened.ledger.create(sampleRun(), { bodyHash: 'hash', body: null });

  await expect(creating).rejects.toThrow(StorageUnavailableError);
});

it('gives each row the column that filters ask for', async () => {
  await using opened = await openLedger(() => ({ status: 403 }));

  await opened.ledger.create(sampleRun(), { bodyHash: 'hash', body: null }).catch(() => undefined);

  expect(opened.requests[0]?.body).toContain('"cancelRequestedAtMs":""');
});
