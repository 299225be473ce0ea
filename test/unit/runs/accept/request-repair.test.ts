import { expect, it } from 'vitest';
import { createContext } from '../../../../src/shared/create-context.ts';
import { pendingDelivery } from '../../../../src/shared/domain/delivery-state.ts';
import { failure } from '../../../../src/shared/domain/failure.ts';
import { requestRepair } from '../../../../src/shared/runs/accept/request-repair.ts';
import { MemoryOrchestrations } from '../../../support/memory-orchestrations.ts';
import { openMemoryStorage } from '../../../support/memory-storage.ts';
import { sampleRun } from '../../ledger/sample-run.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const ENVIRONMENT = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
  DATABRICKS_TOKEN: 'token',
};

it('keeps what has been notified since the run was read', async () => {
  const now = () => NOW_MS;
  const context = createContext(ENVIRONMENT, { now, sink: () => undefined, storage: openMemoryStorage(now) });
  const pending = pendingDelivery({ name: 'queue', target: 'run-results' }, 1, NOW_MS);
  const run = sampleRun({
    status: 'completed',
    outcome: 'failed',
    failure: failure('user_code', 'RUN_EXECUTION_ERROR', 'No.'),
    runId: '1000',
    deliveries: [pending],
  });
  await context.ledger.create(run, { bodyHash: 'hash', body: '{}' });
  const stored = (await context.ledger.get(run))!;
  const delivered = { ...pending, status: 'delivered' as const, tries: 1 };
  await context.ledger.write({ ...stored.record, deliveries: [delivered] }, stored.etag);

  await requestRepair(context, new MemoryOrchestrations(), stored, { text: '{}', rerunTasks: [] });

  const repaired = (await context.ledger.get(run))!.record;
  expect(repaired).toMatchObject({ attempt: 2, deliveries: [delivered] });
});
