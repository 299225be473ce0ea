import { setTimeout as sleep } from 'node:timers/promises';
import { SharedReads } from '../../async/shared-reads.ts';
import type { Storage } from '../../storage/storage.ts';
import type { StatementRecord } from './statement-record.ts';
import { StatementStore } from './statement-store.ts';

/** The reads of all who wait for statements in this process. */
export type StatementReads = SharedReads<{ readonly id: string }, StatementRecord>;

/** What those who wait for statements read. */
export function openStatementReads(storage: Storage): StatementReads {
  const store = new StatementStore(storage);
  return new SharedReads({
    read: ({ id }) => store.find(id),
    pause: (_key, ms) => sleep(ms),
  });
}

/**
 * Waits until the statement has ended or the time is over; returns it as it is known then. Does not wait where too many
 * do already. Throws nothing: a record that cannot be read is returned as it was.
 */
export async function waitForStatement(
  reads: StatementReads,
  known: StatementRecord,
  waitMs: number,
): Promise<StatementRecord> {
  return reads.until({ id: known.id }, known, waitMs, ({ status }) => status === 'completed');
}
