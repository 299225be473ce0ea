import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StorageUnavailableError } from '../../../src/shared/storage/storage.ts';
import { exportStatement } from '../../../src/shared/statements/steps/export-statement.ts';
import { followStatement } from '../../../src/shared/statements/steps/follow-statement.ts';
import { submitStatement } from '../../../src/shared/statements/steps/submit-statement.ts';
import { ENDLESS } from '../../support/endless-statement.ts';
import { startStatementStack } from './statement-stack.ts';

const RECORD = 'statement.json';
const ROWS = 'result.csv';
const DOWN = { kind: 'status', status: 503 };

const stack = await startStatementStack();

afterEach(() => stack.mend());

afterAll(() => stack[Symbol.asyncDispose]());

/** Takes the steps up to the export. */
async function untilExport(id: string): Promise<void> {
  const submitted = await submitStatement({ id }, stack.deps);
  if (submitted.next !== 'follow') throw new Error(`Expected to follow, got ${submitted.next}.`);
  const { statementId } = submitted;
  await expect.poll(() => followStatement({ id, statementId }, stack.deps)).toEqual({ next: 'export' });
}

describe('storage that fails while a statement is submitted', () => {
  let table: string;

  beforeEach(async () => {
    table = `once_${randomUUID().replaceAll('-', '')}`;
    await stack.run(await stack.accept(`CREATE TABLE ${table} (a INT)`, { isRead: false }));
  });

  const insert = () => stack.accept(`INSERT INTO ${table} VALUES (1)`, { isRead: false });

  const inserted = async () => {
    const id = await stack.accept(`SELECT count(*) AS n FROM ${table}`);
    await stack.run(id);
    return stack.rowsOf(id);
  };

  test('lets nothing be sent that is not written down, and a write is sent once it is', async () => {
    const id = await insert();
    await stack.storageFault(id, RECORD, DOWN, 'PUT');
    await expect(submitStatement({ id }, stack.deps)).rejects.toThrow(StorageUnavailableError);
    expect(await stack.deps.store.find(id)).toMatchObject({ status: 'queued' });
    expect(await inserted()).toBe('n\r\n0\r\n');
    await stack.mend();
    expect(await stack.run(id)).toBe('done');
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'succeeded' });
    expect(await inserted()).toBe('n\r\n1\r\n');
  });

  test('is not mistaken for another try whose write was lost: the write is sent, once', async () => {
    const id = await insert();
    await stack.storageFault(id, RECORD, { kind: 'lost_response', times: 1 }, 'PUT');
    expect(await stack.run(id)).toBe('done');
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'succeeded' });
    expect(await inserted()).toBe('n\r\n1\r\n');
  });

  test('does not lose the id that Databricks gave: the write is followed', async () => {
    const id = await insert();
    await stack.warehouse.fault({ operation: 'sql/statements', method: 'POST' }, { kind: 'delay', delay_seconds: 2 });
    const submitting = submitStatement({ id }, stack.deps);
    await expect.poll(() => stack.deps.store.find(id)).toMatchObject({ status: 'submitting' });
    await stack.storageFault(id, RECORD, DOWN, 'PUT');
    const submitted = await submitting;
    expect(submitted).toMatchObject({ next: 'follow', statementId: expect.any(String) as string });
    await stack.mend();
    expect(await stack.deps.store.find(id)).toMatchObject({ status: 'submitting', statementId: null });

    const statementId = 'statementId' in submitted ? submitted.statementId : '';
    await expect.poll(() => followStatement({ id, statementId }, stack.deps)).toEqual({ next: 'export' });
    await exportStatement({ id }, stack.deps);
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'succeeded', statementId });
    expect(await inserted()).toBe('n\r\n1\r\n');
  });
});

test('storage that fails while a statement is followed leaves it to the next step, which knows the deadline', async () => {
  const id = await stack.accept(ENDLESS);
  const submitted = await submitStatement({ id }, stack.deps);
  const statementId = 'statementId' in submitted ? submitted.statementId : '';
  await stack.storageFault(id, RECORD, { kind: 'status', status: 403 });
  await expect(followStatement({ id, statementId }, stack.deps)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await stack.mend();
  expect(await followStatement({ id, statementId }, stack.deps)).toEqual({ next: 'follow' });
  stack.advance(61_000);
  await expect.poll(() => followStatement({ id, statementId }, stack.deps)).toEqual({ next: 'done' });
  expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'timed_out' });
});

describe('storage that fails while rows are exported', () => {
  test.each([503, 403])('with %i is waited for', async (status) => {
    const id = await stack.accept('SELECT 1 AS a');
    await untilExport(id);
    await stack.storageFault(id, ROWS, { kind: 'status', status });
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'again' });
    await stack.mend();
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'done' });
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'succeeded' });
    expect(await stack.rowsOf(id)).toBe('a\r\n1\r\n');
  });

  test('is waited for until the deadline only', async () => {
    const id = await stack.accept('SELECT 1 AS a');
    await untilExport(id);
    await stack.storageFault(id, ROWS, DOWN);
    stack.advance(61_000);
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'done' });
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'timed_out' });
  });

  test('never makes a statement that changed something one that was cancelled', async () => {
    const table = `changed_${randomUUID().replaceAll('-', '')}`;
    const id = await stack.accept(`CREATE TABLE ${table} (a INT)`, { isRead: false });
    await untilExport(id);
    await stack.storageFault(id, ROWS, DOWN);
    await stack.deps.store.update(id, () => ({ cancelRequestedAtMs: Date.now() }));
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'again' });
    stack.advance(62 * 60_000);
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'done' });
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'lost', failure: { code: 'UNREACHABLE' } });
  });

  test('is not waited for by a caller who has cancelled', async () => {
    const id = await stack.accept('SELECT 1 AS a');
    await untilExport(id);
    await stack.storageFault(id, ROWS, DOWN);
    await stack.deps.store.update(id, () => ({ cancelRequestedAtMs: Date.now() }));
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'done' });
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'canceled' });
  });

  test('with 413 ends the statement, for rows too large today are too large tomorrow', async () => {
    const id = await stack.accept('SELECT 1 AS a');
    await untilExport(id);
    await stack.storageFault(id, ROWS, { kind: 'status', status: 413, error_code: 'RequestBodyTooLarge' });
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'done' });
    expect(await stack.deps.store.find(id)).toMatchObject({ outcome: 'lost', failure: { code: 'STORAGE_REFUSED' } });
  });

  test('when the end is to be written exports once more', async () => {
    const id = await stack.accept('SELECT 1 AS a');
    await untilExport(id);
    await stack.storageFault(id, RECORD, DOWN, 'PUT');
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'again' });
    await stack.mend();
    expect(await exportStatement({ id }, stack.deps)).toEqual({ next: 'done' });
    expect(await stack.rowsOf(id)).toBe('a\r\n1\r\n');
  });
});

test('the index names what is at work, then what has ended, oldest first', async () => {
  const { index } = stack.deps;
  const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
  for (const [order, id] of ids.entries()) {
    await index.addActive({ id, createdAtMs: order, deadlineAtMs: 9 });
    await index.end({ id, completedAtMs: 1_000 - order });
    await index.end({ id, completedAtMs: 1_000 - order });
  }
  await index.addActive({ id: 'd', createdAtMs: 7, deadlineAtMs: 9 });
  expect(await listed(index.active())).toEqual([{ id: 'd', createdAtMs: 7, deadlineAtMs: 9 }]);
  expect(await listed(index.endedBefore(1_000))).toEqual([
    { id: ids[2], completedAtMs: 998 },
    { id: ids[1], completedAtMs: 999 },
  ]);
  await index.removeEnded({ id: ids[2] ?? '', completedAtMs: 998 });
  await index.removeActive('d');
  await index.removeActive('d');
  expect(await listed(index.active())).toEqual([]);
  expect(await listed(index.endedBefore(1_000))).toHaveLength(1);
});

async function listed<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
