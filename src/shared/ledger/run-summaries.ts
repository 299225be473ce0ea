import * as z from 'zod';
import { OUTCOMES, RUN_STATUSES } from '../domain/outcome.ts';
import type { RunSummary } from '../domain/run-statistics.ts';
import { storagePage, type Storage } from '../storage/storage.ts';
import { runFilter, type RunFilter } from './run-query.ts';
import { runKeyOf, RUN_TABLE, visibilityRow } from './run-row.ts';

/** The most that the table service returns at once. */
const ROWS_PER_PAGE = 1_000;

const COLUMNS = ['RowKey', 'status', 'outcome', 'workspace', 'submittedBy', 'submitterKind', 'cancelRequestedAtMs'];

/**
 * The newest runs that fit, newest first, by their columns: the records themselves are not read. A page of a thousand is
 * one request. `isComplete`: there are no others that fit.
 * @throws {StorageUnavailableError}
 */
export async function newestSummaries(
  storage: Storage,
  filter: RunFilter,
  maxPages: number,
): Promise<{ runs: RunSummary[]; isComplete: boolean }> {
  const table = await storage.table(RUN_TABLE);
  const runs: RunSummary[] = [];
  let continuationToken: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const rows = await storagePage(table, runFilter(filter), {
      maxRows: ROWS_PER_PAGE,
      continuationToken,
      columns: COLUMNS,
    });
    for (const entity of rows) {
      const read = row.safeParse(entity);
      // A row that cannot be read must not stand in the way of all others.
      if (read.success) runs.push(read.data);
    }
    ({ continuationToken } = rows);
    if (continuationToken === undefined) return { runs, isComplete: true };
  }
  return { runs, isComplete: false };
}

const row = visibilityRow
  .extend({
    rowKey: z.string(),
    status: z.enum(RUN_STATUSES),
    outcome: z.union([z.enum(OUTCOMES), z.literal('')]),
    cancelRequestedAtMs: z.string(),
  })
  .transform(({ rowKey, status, outcome, workspace, submittedBy, submitterKind, cancelRequestedAtMs }): RunSummary => ({
    ...runKeyOf(rowKey),
    status: status !== 'completed' && cancelRequestedAtMs !== '' ? 'canceling' : status,
    outcome: outcome === '' ? null : outcome,
    workspace,
    submittedBy: { kind: submitterKind, id: submittedBy },
  }));
