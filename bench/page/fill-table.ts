import { recordColumns, recordKey, PARTITION, RUN_TABLE } from '../../src/shared/ledger/run-row.ts';
import { openStorage } from '../../src/shared/storage/storage.ts';
import { sampleRun } from '../../test/unit/ledger/sample-run.ts';

/** Most rows of one transaction: https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
const TRANSACTION_ROWS = 100;
const TRANSACTIONS_AT_ONCE = 4;

/** Of ten runs. */
const OUTCOMES = [...Array.from({ length: 8 }, () => 'succeeded' as const), 'failed', 'canceled'] as const;
const FAILURE = { class: 'user_code', code: 'RUN_EXECUTION_ERROR', retryable: false } as const;

/** Keeps so many runs that have ended, one a second back from now, in the ledger's table of a storage account. */
export async function fillTable(connectionString: string, count: number): Promise<void> {
  const table = await openStorage({ kind: 'connection_string', connectionString }).table(RUN_TABLE);
  const latestMs = Date.now() - 60_000;
  const row = (index: number) => {
    const createdAtMs = latestMs - index * 1_000;
    const outcome = OUTCOMES[index % OUTCOMES.length] ?? 'succeeded';
    const record = sampleRun({
      id: index.toString(16).padStart(32, '0'),
      createdAtMs,
      completedAtMs: createdAtMs + 5_000 + (index % 90) * 1_000,
      status: 'completed',
      outcome,
      failure: outcome === 'failed' ? { ...FAILURE, message: `ValueError: ${index}` } : null,
    });
    return {
      partitionKey: PARTITION,
      rowKey: recordKey(record),
      cancelRequestedAtMs: '',
      ...recordColumns(record),
    };
  };
  let next = 0;
  async function fill(): Promise<void> {
    while (next < count) {
      const first = next;
      next += TRANSACTION_ROWS;
      const rows = Array.from({ length: Math.min(TRANSACTION_ROWS, count - first) }, (_, index) => row(first + index));
      await table.submitTransaction(rows.map((each) => ['create', each]));
    }
  }
  await Promise.all(Array.from({ length: TRANSACTIONS_AT_ONCE }, fill));
}
