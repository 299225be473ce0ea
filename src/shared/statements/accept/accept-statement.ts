import type { Log } from '../../telemetry/log.ts';
import type { StatementOrchestrations } from '../../durable/statement-orchestrations.ts';
import type { StatementIndex } from '../record/statement-index.ts';
import type { StatementRecord, StatementText } from '../record/statement-record.ts';
import type { StatementStore } from '../record/statement-store.ts';

/**
 * Accepts a statement and starts its orchestration; where Durable Functions is down, the next sweep starts it.
 * @throws {StorageUnavailableError} nothing has been accepted then
 */
export async function acceptStatement(
  record: StatementRecord & StatementText,
  { index, store, log }: { index: StatementIndex; store: StatementStore; log: Log },
  orchestrations: StatementOrchestrations,
): Promise<void> {
  await index.addActive(record);
  try {
    await store.create(record);
  } catch (error) {
    // It may have been written all the same, and what its caller believes refused must not be started.
    await index.removeActive(record.id).catch(() => undefined);
    throw error;
  }
  await orchestrations
    .start(record.id)
    .catch((error: unknown) => log.warn('statement.start_deferred', { statement: record.id, error }));
}
