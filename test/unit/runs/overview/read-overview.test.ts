import { expect, it } from 'vitest';
import type { AppContext } from '../../../../src/shared/context.ts';
import { RecentAdmissions } from '../../../../src/shared/admission/recent-admissions.ts';
import { RunIndex } from '../../../../src/shared/ledger/run-index.ts';
import { RunLedger } from '../../../../src/shared/ledger/run-ledger.ts';
import { PARTITION, recordKey, RUN_TABLE } from '../../../../src/shared/ledger/run-row.ts';
import { readOverview } from '../../../../src/shared/runs/overview/read-overview.ts';
import { openMemoryStorage } from '../../../support/memory-storage.ts';

const NOW = 1_700_000_000_000;
const DAY_MS = 86_400_000;

function contextWith(kept: number) {
  const storage = openMemoryStorage(() => NOW);
  storage.load(
    RUN_TABLE,
    Array.from({ length: kept }, (_, index) => ({
      partitionKey: PARTITION,
      rowKey: recordKey({ id: String(index).padStart(32, '0'), createdAtMs: NOW - index * 2_000 }),
      status: 'completed',
      outcome: index % 3 === 0 ? 'canceled' : 'succeeded',
      workspace: index % 2 === 0 ? 'default' : 'other',
      submittedBy: index % 5 === 0 ? 'ada' : 'grace',
      // A key may be called as a user is.
      submitterKind: index % 10 === 5 ? 'key' : 'user',
      cancelRequestedAtMs: '',
    })),
  );
  const limits = { maxConcurrentRuns: 10, creations: 20, creationsWindowSeconds: 60 };
  const context = {
    storage,
    now: () => NOW,
    ledger: new RunLedger(storage, { error: () => undefined } as never),
    runIndex: new RunIndex(storage),
    recentAdmissions: new RecentAdmissions(() => NOW),
    config: { workspaces: [{ name: 'default', limits }] },
    workspace: () => ({ probe: () => Promise.resolve() }),
  } as unknown as AppContext;
  return { storage, context };
}

const engine = { admission: () => Promise.resolve(undefined) } as never;
const ALL = { submittedBy: undefined, workspaces: null, spanMs: DAY_MS };

it('asks storage thirty times at most, however many runs are kept, and says that it has not seen all', async () => {
  const { storage, context } = contextWith(20_000);

  const { runs, isComplete, workspaces } = await readOverview(context, engine, ALL);

  expect(storage.requests).toBeLessThanOrEqual(30);
  expect({ counted: runs.length, isComplete }).toEqual({ counted: 5_000, isComplete: false });
  expect(runs[0]).toMatchObject({ createdAtMs: NOW, outcome: 'canceled', workspace: 'default' });
  expect(workspaces).toMatchObject([{ name: 'default', maxConcurrentTasks: 10, maxCreations: 20, health: 'ok' }]);
});

it('counts what the caller may read alone', async () => {
  const { context } = contextWith(900);

  const own = await readOverview(context, engine, { ...ALL, submittedBy: { kind: 'user', id: 'ada' } });
  const ofOther = await readOverview(context, engine, { ...ALL, workspaces: ['other'] });

  expect({ counted: own.runs.length, atWork: own.atWork, isComplete: own.isComplete }).toEqual({
    counted: 90,
    atWork: null,
    isComplete: true,
  });
  expect(new Set(ofOther.runs.map(({ workspace }) => workspace))).toEqual(new Set(['other']));
  expect(ofOther.workspaces).toEqual([]);
});
