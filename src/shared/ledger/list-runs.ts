import type { TableClient } from '@azure/data-tables';
import type { Log } from '../telemetry/log.ts';
import { continuationTokenOf, PageTokenError, pageTokenOf } from './page-token.ts';
import { runFilter, type RunQuery } from './run-query.ts';
import { storedRun, type StoredRun } from './stored-run.ts';
import { storagePage, storageStatus } from '../storage/storage.ts';

/** The service ends a page after five seconds, so a list takes less than a minute, however rare its runs are. */
const MAX_PAGES_PER_LIST = 8;

/**
 * A page of runs, newest first. It may hold fewer than `limit` runs, or none, while a token says that there may be more.
 * A row that cannot be read is logged, and stands in the way of no other.
 * @throws {PageTokenError}
 * @throws {StorageUnavailableError}
 */
export async function listRuns(
  table: TableClient,
  log: Log,
  { limit, pageToken, ...filter }: RunQuery,
): Promise<{ runs: StoredRun[]; nextPageToken?: string }> {
  const runs: StoredRun[] = [];
  let continuationToken = pageToken === undefined ? undefined : continuationTokenOf(pageToken);
  for (let pages = 0; pages < MAX_PAGES_PER_LIST && runs.length < limit; pages++) {
    const page = await storagePage(table, runFilter(filter), {
      maxRows: limit - runs.length,
      continuationToken,
    }).catch((error: unknown) => {
      // The service knows what its own tokens look like.
      throw pageToken !== undefined && storageStatus(error) === 400 ? new PageTokenError(error) : error;
    });
    for (const entity of page) {
      try {
        runs.push(storedRun(entity));
      } catch (error) {
        log.error('run.unreadable', { row: entity.rowKey, error });
      }
    }
    ({ continuationToken } = page);
    if (continuationToken === undefined) return { runs };
  }
  return continuationToken === undefined ? { runs } : { runs, nextPageToken: pageTokenOf(continuationToken) };
}
