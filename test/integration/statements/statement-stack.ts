import { randomUUID } from 'node:crypto';
import { createTransport } from '../../../src/shared/databricks/transport.ts';
import { openStorage } from '../../../src/shared/storage/storage.ts';
import { exportStatement } from '../../../src/shared/statements/steps/export-statement.ts';
import { followStatement } from '../../../src/shared/statements/steps/follow-statement.ts';
import { openStatements } from '../../../src/shared/statements/open-statements.ts';
import type { StatementRecord, StatementText } from '../../../src/shared/statements/record/statement-record.ts';
import { submitStatement } from '../../../src/shared/statements/steps/submit-statement.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { shareStorage } from '../../support/file-storage.ts';
import { startWarehouse } from '../sql/local-warehouse.ts';

/** The steps of asynchronous statements on a warehouse of their own and the worker's storage account, both with faults. */
export async function startStatementStack() {
  const storage = await shareStorage();
  const warehouse = await startWarehouse();
  const log = createLog({ sink: () => undefined, redactor: createRedactor() });
  const tokens = { getToken: async () => ({ token: 'local', expiresAtMs: Infinity }), drop: () => undefined };
  const quickly = async () => undefined;
  const transport = createTransport({ host: warehouse.url, tokens, log, sleep: quickly });
  let aheadMs = 0;
  const deps = openStatements({
    storage: openStorage({ kind: 'connection_string', connectionString: storage.connectionString }),
    now: () => Date.now() + aheadMs,
    log,
    workspace: () => ({ transport, config: { host: warehouse.url } }),
  });
  return {
    warehouse,
    deps,
    /** Strikes requests for one of a statement's blobs. */
    storageFault: (id: string, blob: string, fault: Record<string, unknown>, method?: string) =>
      storage.faults('POST', {
        match: {
          path: `/devstoreaccount1/gateway-statements/${id}/${blob}`,
          ...(method === undefined ? {} : { method }),
        },
        ...fault,
      }),
    /** Mends everything. */
    async mend() {
      aheadMs = 0;
      await Promise.all([warehouse.clearFaults(), storage.faults('DELETE')]);
    },
    /** Moves the gateway's clock. */
    advance: (ms: number) => (aheadMs += ms),
    async accept(statement: string, changes: Partial<StatementRecord> = {}): Promise<string> {
      const record = statementRecord({ statement, ...changes });
      await deps.store.create(record);
      return record.id;
    },
    /** Takes the steps as the orchestration does, until one says `done` or `again`. */
    async run(id: string): Promise<string> {
      const submitted = await submitStatement({ id }, deps);
      if (submitted.next !== 'follow') return submitted.next;
      const { statementId } = submitted;
      for (;;) {
        const { next } = await followStatement({ id, statementId }, deps);
        if (next === 'export') return (await exportStatement({ id }, deps)).next;
        if (next !== 'follow') return next;
      }
    },
    /** The rows of a statement that succeeded. */
    async rowsOf(id: string): Promise<string> {
      const blobName = (await deps.store.find(id))?.result?.blobName ?? '';
      return (await (await deps.store.resultBlob(blobName)).downloadToBuffer()).toString();
    },
    async [Symbol.asyncDispose]() {
      await transport[Symbol.asyncDispose]();
      await warehouse[Symbol.asyncDispose]();
    },
  };
}

/** A statement that has been accepted a moment ago and may take a minute. */
function statementRecord(changes: Partial<StatementRecord & StatementText>): StatementRecord & StatementText {
  return {
    id: randomUUID().replaceAll('-', ''),
    workspace: 'default',
    warehouseId: '0123456789abcdef',
    statement: 'SELECT 1 AS a',
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
    submission: null,
    statementId: null,
    result: null,
    createdAtMs: Date.now(),
    submittedAtMs: null,
    completedAtMs: null,
    deadlineAtMs: Date.now() + 60_000,
    cancelRequestedAtMs: null,
    ...changes,
  };
}
