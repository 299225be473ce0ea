import { createContext } from '../../src/shared/create-context.ts';
import type { RunRecord } from '../../src/shared/domain/run-record.ts';
import { recordColumns, recordKey } from '../../src/shared/ledger/run-row.ts';
import { sweepRuns } from '../../src/shared/runs/sweep/sweep-runs.ts';
import { MemoryOrchestrations } from '../../test/support/memory-orchestrations.ts';
import { openMemoryStorage } from '../../test/support/memory-storage.ts';
import { sampleRun } from '../../test/unit/ledger/sample-run.ts';
import type { Measure } from '../functions-host/measured-host.ts';

const KEPT = 1_000_000;
const AT_WORK = 200;
const DAY_MS = 86_400_000;

/** What Azure takes to answer a point read or a page within a region, roughly; the memory of a process takes nothing. */
const CALL_MS = 10;

/**
 * A sweep over a million rows that are kept, with 200 runs at work, the oldest of them older than all that are kept. The
 * table service is in memory and counts what it looks at; a call takes ten milliseconds.
 */
export async function benchSweep(): Promise<Measure[]> {
  let nowMs = Date.UTC(2026, 5, 1);
  const storage = openMemoryStorage(() => nowMs);
  const slow = slowed(storage, CALL_MS);
  const env = { DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net', DATABRICKS_TOKEN: 'dapi-token' };
  const settings = { ...env, AzureWebJobsStorage: 'UseDevelopmentStorage=true', RUN_RETENTION_DAYS: '400' };
  const context = createContext(settings, { now: () => nowMs, sink: () => undefined, storage: slow });
  const orchestrations = new MemoryOrchestrations();
  const startMs = nowMs - 300 * DAY_MS;
  const recordOf = (id: string, createdAtMs: number): RunRecord => ({
    ...sampleRun({ id, createdAtMs, observedAtMs: nowMs, submittedAtMs: nowMs }),
    status: 'running',
    runId: '55',
  });
  for (let index = 0; index < AT_WORK; index++) {
    const record = recordOf(`work${index}`, startMs + index);
    await context.ledger.create(record, { bodyHash: 'hash', body: '{}' });
    orchestrations.standings.set(record.id, 'active');
  }
  const columns = recordColumns({ ...recordOf('kept', startMs), status: 'completed', outcome: 'succeeded' });
  const rows = [];
  for (let index = 0; index < KEPT; index++) {
    const key = { id: `kept${index}`, createdAtMs: startMs + 1_000 + index };
    rows.push({ partitionKey: 'run', rowKey: recordKey(key), cancelRequestedAtMs: '', ...columns });
    const ended = { id: key.id, createdAtMs: String(key.createdAtMs), attempt: '1' };
    rows.push({ partitionKey: 'run', rowKey: `e:${key.createdAtMs}:${key.id}`, ...ended });
  }
  storage.load('gatewayruns', rows);
  nowMs += 300_000;
  storage.rowsRead = 0;
  const begunAtMs = performance.now();
  const report = await sweepRuns(context, orchestrations);
  const tookMs = performance.now() - begunAtMs;
  if (report.active !== AT_WORK || report.failed > 0)
    throw new Error(`The sweep went wrong: ${JSON.stringify(report)}`);
  const kept = { name: 'rows of runs that are kept', value: KEPT };
  return [
    { name: 'a sweep, 200 runs at work', value: tookMs, unit: 'ms', reference: kept, target: '< 5000' },
    { name: 'rows that it reads', value: storage.rowsRead, unit: '', reference: kept, target: '< 2000' },
  ];
}

/** The same account, each of whose calls takes a while. */
function slowed<Account extends ReturnType<typeof openMemoryStorage>>(storage: Account, callMs: number): Account {
  const table = async (name: string) => {
    const client = await storage.table(name);
    return new Proxy(client, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== 'function') return member;
        const method = member.bind(target) as (...given: unknown[]) => unknown;
        if (property === 'listEntities') return method;
        return async (...given: unknown[]) => {
          await new Promise((resolve) => void setTimeout(resolve, callMs));
          return method(...given);
        };
      },
    });
  };
  return { ...storage, table };
}
