import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, test } from 'vitest';
import { exportStatement } from '../../../src/shared/statements/steps/export-statement.ts';
import { submitStatement } from '../../../src/shared/statements/steps/submit-statement.ts';
import { startStatementStack } from './statement-stack.ts';

const stack = await startStatementStack();

afterEach(() => stack.mend());

afterAll(() => stack[Symbol.asyncDispose]());

test('a read whose answer was lost is sent again', async () => {
  await stack.warehouse.fault({ operation: 'sql/statements', method: 'POST' }, { kind: 'lost_response', times: 1 });
  const id = await stack.accept('SELECT 1 AS a');
  expect(await stack.run(id)).toBe('done');
  expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'succeeded', result: { rowCount: 1 } });
});

test('a statement that changes something is never sent twice: its fate is told as unknown', async () => {
  const table = `once_${randomUUID().replaceAll('-', '')}`;
  expect(await stack.run(await stack.accept(`CREATE TABLE ${table} (a INT)`, { isRead: false }))).toBe('done');
  await stack.warehouse.fault({ operation: 'sql/statements', method: 'POST' }, { kind: 'lost_response', times: 1 });
  const id = await stack.accept(`INSERT INTO ${table} VALUES (1)`, { isRead: false });
  expect(await stack.run(id)).toBe('done');
  expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'lost', failure: { code: 'SUBMISSION_UNKNOWN' } });
  const counted = await stack.accept(`SELECT count(*) AS n FROM ${table}`);
  await stack.run(counted);
  expect(await stack.rowsOf(counted)).toBe('n\r\n1\r\n');
});

test('a process that died while sending leaves a write alone, and sends a read again', async () => {
  const died = { status: 'submitting', submission: randomUUID() } as const;
  const write = await stack.accept('INSERT INTO somewhere VALUES (1)', { isRead: false, ...died });
  expect(await stack.run(write)).toBe('done');
  expect(await stack.deps.store.find(write)).toMatchObject({ outcome: 'lost', statementId: null });
  const read = await stack.accept('SELECT 1 AS a', died);
  await stack.run(read);
  expect(await stack.deps.store.find(read)).toMatchObject({ outcome: 'succeeded' });
});

test('a step that is carried out twice changes nothing', async () => {
  const id = await stack.accept('SELECT 1 AS a');
  await submitStatement({ id }, stack.deps);
  const first = await stack.deps.store.find(id);
  await submitStatement({ id }, stack.deps);
  expect((await stack.deps.store.find(id))?.statementId).toBe(first?.statementId);
  await stack.run(id);
  await exportStatement({ id }, stack.deps);
  expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'succeeded' });
});

test('a statement that was cancelled, or whose deadline has passed, before it was sent is not sent', async () => {
  await stack.warehouse.resetCounts();
  const canceled = await stack.accept('SELECT 1 AS a', { cancelRequestedAtMs: Date.now() });
  expect(await stack.run(canceled)).toBe('done');
  expect(await stack.deps.store.find(canceled)).toMatchObject({ outcome: 'canceled', statementId: null });
  const late = await stack.accept('SELECT 1 AS a', { deadlineAtMs: Date.now() - 1 });
  expect(await stack.run(late)).toBe('done');
  expect(await stack.deps.store.find(late)).toMatchObject({ outcome: 'timed_out', statementId: null });
  expect(await stack.warehouse.count('sql/statements')).toBe(0);
});

test('an outage is waited for, and ends nothing before the deadline', async () => {
  await stack.warehouse.fault({ operation: 'sql/statements' }, { kind: 'status', status: 503 });
  const id = await stack.accept('SELECT 1 AS a');
  expect(await stack.run(id)).toBe('again');
  expect(await stack.deps.store.find(id)).toMatchObject({ status: 'queued', outcome: null });
  await stack.warehouse.clearFaults();
  expect(await stack.run(id)).toBe('done');
});

test('a statement that cannot be read is given up an hour after its deadline', async () => {
  const id = await stack.accept('SELECT 1 AS a');
  await submitStatement({ id }, stack.deps);
  await stack.warehouse.fault({ operation: 'sql/statements', method: 'GET' }, { kind: 'status', status: 503 });
  stack.advance(30 * 60_000);
  expect(await stack.run(id)).toBe('again');
  stack.advance(32 * 60_000);
  expect(await stack.run(id)).toBe('done');
  expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'lost', failure: { code: 'UNREACHABLE' } });
});

test('what is read to see how a statement stands is small, however long its text', async () => {
  const id = await stack.accept(`SELECT '${'x'.repeat(1_000_000)}' AS a`);
  expect(JSON.stringify(await stack.deps.store.find(id)).length).toBeLessThan(2_000);
  expect(await stack.run(id)).toBe('done');
  expect((await stack.rowsOf(id)).length).toBe(1_000_005);
});

test('a record that holds its text itself, as it was written before a deployment, is still carried out', async () => {
  const id = await stack.accept('SELECT 1 AS a');
  const record = { ...(await stack.deps.store.find(id)), statement: 'SELECT 2 AS b', parameters: [] };
  const bytes = JSON.stringify(record);
  await (await stack.deps.store.resultBlob(`${id}/statement.json`)).upload(bytes, bytes.length);
  await (await stack.deps.store.resultBlob(`${id}/request.json`)).delete();
  expect(await stack.run(id)).toBe('done');
  expect(await stack.rowsOf(id)).toBe('b\r\n2\r\n');
});
