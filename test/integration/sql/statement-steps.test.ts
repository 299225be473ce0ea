import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startStorage, type Storage as LocalStorage } from '../../../local/azure/storage.ts';
import { createTransport, type Transport } from '../../../src/shared/databricks/transport.ts';
import { openStorage } from '../../../src/shared/ledger/storage.ts';
import { openStatements } from '../../../src/shared/sql/statements/open-statements.ts';
import type { StatementRecord } from '../../../src/shared/sql/statements/statement-record.ts';
import {
  exportStatement,
  followStatement,
  type StatementStepDependencies,
  submitStatement,
} from '../../../src/shared/sql/statements/statement-steps.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { type LocalWarehouse, startWarehouse } from './local-warehouse.ts';

let warehouse: LocalWarehouse;
let storage: LocalStorage;
let transport: Transport;
let deps: StatementStepDependencies;

beforeAll(async () => {
  [warehouse, storage] = await Promise.all([startWarehouse(), startStorage({ token: 'local' })]);
  const log = createLog({ sink: () => undefined, redactor: createRedactor() });
  const tokens = { getToken: async () => ({ token: 'local', expiresAtMs: Infinity }), drop: () => undefined };
  const quickly = async () => undefined;
  transport = createTransport({ host: warehouse.url, tokens, log, sleep: quickly });
  deps = openStatements({
    storage: openStorage({ kind: 'connection_string', connectionString: storage.connectionString }),
    now: Date.now,
    log,
    workspace: () => ({ transport }),
  });
});

afterEach(() => warehouse.clearFaults());

afterAll(async () => {
  await transport[Symbol.asyncDispose]();
  await storage[Symbol.asyncDispose]();
  await warehouse[Symbol.asyncDispose]();
});

async function accept(statement: string, changes: Partial<StatementRecord> = {}): Promise<string> {
  const record: StatementRecord = {
    id: randomUUID().replaceAll('-', ''),
    workspace: 'default',
    warehouseId: '0123456789abcdef',
    statement,
    parameters: [],
    catalog: null,
    schema: null,
    rowLimit: null,
    byteLimit: null,
    format: 'csv',
    numbers: 'string',
    isRead: true,
    submittedBy: { kind: 'user', id: 'test', name: 'test' },
    status: 'queued',
    outcome: null,
    failure: null,
    statementId: null,
    result: null,
    createdAtMs: Date.now(),
    submittedAtMs: null,
    completedAtMs: null,
    deadlineAtMs: Date.now() + 60_000,
    cancelRequestedAtMs: null,
    ...changes,
  };
  await deps.store.create(record);
  return record.id;
}

/** Runs the steps as the orchestration does, until one says `done` or `again`. */
async function run(id: string): Promise<string> {
  for (let step = await submitStatement(id, deps); ;) {
    if (step === 'done' || step === 'again') return step;
    step = step === 'export' ? await exportStatement(id, deps) : await followStatement(id, deps);
  }
}

test('a read whose answer was lost is sent again', async () => {
  await warehouse.resetCounts();
  await warehouse.fault({ operation: 'sql/statements', method: 'POST' }, { kind: 'lost_response', times: 1 });
  const id = await accept('SELECT 1 AS a');
  expect(await run(id)).toBe('done');
  expect(await deps.store.find(id)).toMatchObject({ outcome: 'succeeded', result: { rowCount: 1 } });
});

test('a statement that changes something is never sent twice: its fate is told as unknown', async () => {
  const table = `once_${randomUUID().replaceAll('-', '')}`;
  expect(await run(await accept(`CREATE TABLE ${table} (a INT)`, { isRead: false }))).toBe('done');
  await warehouse.fault({ operation: 'sql/statements', method: 'POST' }, { kind: 'lost_response', times: 1 });
  const id = await accept(`INSERT INTO ${table} VALUES (1)`, { isRead: false });
  expect(await run(id)).toBe('done');
  expect(await deps.store.find(id)).toMatchObject({ outcome: 'lost', failure: { code: 'SUBMISSION_UNKNOWN' } });
  const counted = await accept(`SELECT count(*) AS n FROM ${table}`);
  await run(counted);
  const { result } = (await deps.store.find(counted))!;
  expect((await (await deps.store.resultBlob(result!.blobName)).downloadToBuffer()).toString()).toBe('n\r\n1\r\n');
});

test('a process that died while sending leaves a write alone, and sends a read again', async () => {
  const write = await accept('INSERT INTO somewhere VALUES (1)', { isRead: false, status: 'submitting' });
  expect(await run(write)).toBe('done');
  expect(await deps.store.find(write)).toMatchObject({ outcome: 'lost', statementId: null });
  const read = await accept('SELECT 1 AS a', { status: 'submitting' });
  await run(read);
  expect(await deps.store.find(read)).toMatchObject({ outcome: 'succeeded' });
});

test('a step that is carried out twice changes nothing', async () => {
  await warehouse.resetCounts();
  const id = await accept('SELECT 1 AS a');
  await submitStatement(id, deps);
  const first = await deps.store.find(id);
  await submitStatement(id, deps);
  expect((await deps.store.find(id))?.statementId).toBe(first?.statementId);
  await run(id);
  await exportStatement(id, deps);
  expect(await deps.store.find(id)).toMatchObject({ outcome: 'succeeded' });
});

test('a statement that was cancelled before it was sent is not sent', async () => {
  await warehouse.resetCounts();
  const id = await accept('SELECT 1 AS a', { cancelRequestedAtMs: Date.now() });
  expect(await run(id)).toBe('done');
  expect(await deps.store.find(id)).toMatchObject({ outcome: 'canceled', statementId: null });
  expect(await warehouse.count('sql/statements')).toBe(0);
});

test('an outage is waited for, and ends nothing', async () => {
  await warehouse.fault({ operation: 'sql/statements' }, { kind: 'status', status: 503 });
  const id = await accept('SELECT 1 AS a');
  expect(await run(id)).toBe('again');
  expect(await deps.store.find(id)).toMatchObject({ status: 'queued', outcome: null });
  await warehouse.clearFaults();
  expect(await run(id)).toBe('done');
});
