import { beforeEach, expect, it } from 'vitest';
import type { AppContext } from '../../../../src/shared/context.ts';
import { createContext } from '../../../../src/shared/create-context.ts';
import type { RunRecord } from '../../../../src/shared/domain/run-record.ts';
import type { ActiveEntry } from '../../../../src/shared/ledger/run-index.ts';
import { recordColumns, recordKey } from '../../../../src/shared/ledger/run-row.ts';
import { recordHeartbeat } from '../../../../src/shared/runs/steps/record-heartbeat.ts';
import { sweepRuns } from '../../../../src/shared/runs/sweep/sweep-runs.ts';
import { MemoryOrchestrations } from '../../../support/memory-orchestrations.ts';
import { openMemoryStorage, type MemoryStorage } from '../../../support/memory-storage.ts';
import { sampleRun } from '../../ledger/sample-run.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 5, 1);

let nowMs: number;
let storage: MemoryStorage;
let orchestrations: MemoryOrchestrations;
let context: AppContext;

beforeEach(() => {
  nowMs = START;
  storage = openMemoryStorage(() => nowMs);
  orchestrations = new MemoryOrchestrations();
  context = openContext();
});

function openContext(retentionDays = '7'): AppContext {
  const env = { DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net', DATABRICKS_TOKEN: 'dapi-token' };
  const settings = { ...env, AzureWebJobsStorage: 'UseDevelopmentStorage=true', RUN_RETENTION_DAYS: retentionDays };
  return createContext(settings, { now: () => nowMs, sink: () => undefined, storage });
}

let runs = 0;

function newRun(changes: Partial<RunRecord> = {}): RunRecord {
  const id = (++runs).toString(16).padStart(32, '0');
  return sampleRun({ id, createdAtMs: nowMs, observedAtMs: nowMs, ...changes });
}

/** A run that has been accepted, and whose orchestration is at work. */
async function accepted(changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const record = newRun(changes);
  await context.ledger.create(record, { bodyHash: 'hash', body: '{}' });
  orchestrations.standings.set(record.instanceId, 'active');
  return record;
}

function running(): Partial<RunRecord> {
  return { status: 'running', runId: '55', submittedAtMs: nowMs, sentAttempt: 1 };
}

async function closed(record: RunRecord): Promise<RunRecord> {
  const { etag, record: current } = (await context.ledger.get(record))!;
  const completed: RunRecord = { ...current, status: 'completed', outcome: 'succeeded', completedAtMs: nowMs };
  expect(await context.ledger.close(completed, etag, nowMs)).toBe(true);
  return completed;
}

/** A sweep every five minutes, as the timer makes them. */
async function sweepFor(durationMs: number): Promise<void> {
  const untilMs = nowMs + durationMs;
  while (nowMs < untilMs) {
    nowMs += 5 * MINUTE;
    const report = await sweepRuns(context, orchestrations);
    expect(report.failed).toBe(0);
  }
}

async function instanceOf(record: RunRecord): Promise<string | undefined> {
  return (await context.ledger.get(record))?.record.instanceId;
}

async function atWork(): Promise<ActiveEntry[]> {
  const entries: ActiveEntry[] = [];
  for await (const entry of context.runIndex.active()) entries.push(entry);
  return entries;
}

/** What a living orchestration answers each wake with. */
function answering(record: RunRecord): void {
  orchestrations.onWake = async (instanceId, { reason }) => {
    if (reason === 'ping') await recordHeartbeat(context, { key: record, instanceId });
    else {
      const { record: current } = (await context.ledger.get(record))!;
      await context.ledger.write({ ...current, observedAtMs: nowMs });
    }
  };
}

it('reads what is at work and nothing of 20,000 runs that are kept, the oldest at work older than all of them', async () => {
  for (let count = 0; count < 200; count++) await accepted(running());
  const columns = recordColumns(newRun({ status: 'completed', outcome: 'succeeded' }));
  const kept = Array.from({ length: 20_000 }, (_, index) => ({ id: `kept-${index}`, createdAtMs: START + index }));
  storage.load('gatewayruns', [
    ...kept.map((key) => ({ partitionKey: 'run', rowKey: recordKey(key), cancelRequestedAtMs: '', ...columns })),
    ...kept.map(({ id, createdAtMs }) => ({
      partitionKey: 'run',
      rowKey: `e:${createdAtMs}:${id}`,
      id,
      createdAtMs: String(createdAtMs),
      attempt: '1',
    })),
  ]);
  nowMs += 5 * MINUTE;
  storage.rowsRead = 0;

  const report = await sweepRuns(context, orchestrations);

  expect(report).toMatchObject({ active: 200, reattached: 0, woken: 0, failed: 0 });
  expect(storage.rowsRead).toBeLessThanOrEqual(410);
});

it('replaces an orchestration that answers no wake, once, and lets the new one settle what became of the submit', async () => {
  const record = await accepted({ ...running(), deadlineAtMs: nowMs + 10 * MINUTE });

  await sweepFor(HOUR);
  answering(record);
  await sweepFor(24 * HOUR);

  const replacement = `${record.id}.2`;
  expect(orchestrations.terminated).toEqual([record.id]);
  expect(orchestrations.started.map(({ instanceId }) => instanceId)).toEqual([replacement]);
  expect(orchestrations.started[0]?.state).toMatchObject({ attempt: 1, stage: { name: 'submit' } });
  expect(await instanceOf(record)).toBe(replacement);
  expect(orchestrations.purged).toEqual([record.id]);
});

it('replaces it within an hour after it was last heard of, and no sooner than half an hour after it was woken', async () => {
  const record = await accepted(running());

  await sweepFor(45 * MINUTE);
  expect(await instanceOf(record)).toBe(record.id);
  await sweepFor(15 * MINUTE);

  expect(await instanceOf(record)).toBe(`${record.id}.2`);
});

it('replaces the replacement too where that is dead as well', async () => {
  const record = await accepted(running());

  await sweepFor(2 * HOUR);

  expect(await instanceOf(record)).toBe(`${record.id}.3`);
});

it('starts what a process has written and not started before it ended', async () => {
  const record = await accepted(running());
  const dying = Object.assign(new MemoryOrchestrations(), {
    standings: orchestrations.standings,
    terminate: () => Promise.reject(new Error('The process has ended.')),
  });
  for (let sweeps = 0; sweeps < 12 && (await instanceOf(record)) === record.id; sweeps++) {
    nowMs += 5 * MINUTE;
    await sweepRuns(context, dying);
  }
  expect(orchestrations.started).toEqual([]);

  await sweepFor(5 * MINUTE);

  expect(orchestrations.started.map(({ instanceId }) => instanceId)).toEqual([`${record.id}.2`]);
  await sweepFor(2 * DAY);
  expect(orchestrations.terminated).toContain(record.id);
});

it.each([
  ['waits in the queue', {}],
  ['waits for another attempt of a run that Databricks has ended', { runId: '55', attempt: 2, sentAttempt: 1 }],
] as const)('leaves a run alone that %s for half a day, but for a sign of life an hour', async (_what, changes) => {
  const record = await accepted(changes);
  answering(record);

  await sweepFor(12 * HOUR);

  expect(orchestrations.started).toEqual([]);
  const checks = orchestrations.woken.filter(({ reason }) => reason === 'ping').length;
  expect(checks).toBeGreaterThanOrEqual(10);
  expect(checks).toBeLessThanOrEqual(12);
});

it('replaces the dead orchestration of a run that waits, which neither deadline nor anybody else asks for', async () => {
  const record = await accepted();

  await sweepFor(2 * HOUR);

  expect(await instanceOf(record)).toBe(`${record.id}.2`);
  expect(orchestrations.started[0]?.state.stage.name).toBe('admit');
});

it('takes up a run whose orchestration has been ended, under its own id', async () => {
  const record = await accepted(running());
  orchestrations.standings.set(record.id, 'ended');

  await sweepFor(5 * MINUTE);

  expect(orchestrations.started.map(({ instanceId }) => instanceId)).toEqual([record.id]);
});

it('counts retention from the end, however long ago the run was accepted', async () => {
  context = openContext('2');
  const record = await accepted(running());
  nowMs += 8 * DAY;
  await closed(record);
  orchestrations.standings.set(record.id, 'ended');

  await sweepFor(DAY);
  expect(await context.ledger.get(record)).toBeDefined();
  await sweepFor(DAY + 10 * MINUTE);

  expect(await context.ledger.get(record)).toBeUndefined();
  expect(storage.rows('gatewayruns')).toEqual([]);
});

it('deletes the history soon after a run was closed and its orchestration has ended, and never starts that again', async () => {
  const record = await closed(await accepted(running()));
  orchestrations.standings.set(record.id, 'ended');

  await sweepFor(10 * MINUTE);

  expect(orchestrations.purged).toEqual([record.id]);
  await sweepFor(DAY);
  expect(orchestrations.started).toEqual([]);
  expect((await context.ledger.get(record))?.record.status).toBe('completed');
});

it('keeps history and row as long as somebody is being notified, past the retention too', async () => {
  context = openContext('1');
  const record = await closed(await accepted(running()));

  await sweepFor(DAY);
  expect(orchestrations.purged).toEqual([]);
  expect(await context.ledger.get(record)).toBeDefined();
  orchestrations.standings.set(record.id, 'ended');
  await sweepFor(HOUR);

  expect(orchestrations.purged).toEqual([record.id]);
  expect(await context.ledger.get(record)).toBeUndefined();
});

it('lets nothing keep a closed run for ever: an orchestration that never ends is ended after a day', async () => {
  context = openContext('1');
  const record = await closed(await accepted(running()));

  await sweepFor(2 * DAY);

  expect(orchestrations.terminated).toEqual([record.id]);
  expect(await context.ledger.get(record)).toBeUndefined();
});

it.each([1, 2, 3])(
  'leaves the next run of a key alone, where the removal of the first ended at its write %i',
  async (write) => {
    context = openContext('1');
    const first = await closed(await accepted(running()));
    orchestrations.standings.set(first.id, 'ended');
    await sweepFor(HOUR);
    nowMs += DAY;
    storage.writesLeft = write - 1;
    await sweepRuns(context, orchestrations).catch(() => undefined);
    storage.writesLeft = Infinity;
    const next = sampleRun({ id: first.id, createdAtMs: nowMs, observedAtMs: nowMs });
    const claimed = await context.ledger.create(next, { bodyHash: 'hash', body: '{}' });
    orchestrations.standings.set(next.id, 'active');

    await sweepRuns(context, orchestrations);

    const kept = claimed === 'created' ? { id: next.id, createdAtMs: next.createdAtMs, bodyHash: 'hash' } : undefined;
    expect(await context.ledger.claim(next.id)).toEqual(kept);
    expect(await context.ledger.get(first)).toBeUndefined();
  },
);

it('keeps a run that was taken up again, whatever an earlier end of it says', async () => {
  context = openContext('1');
  const first = await closed(await accepted(running()));
  orchestrations.standings.set(first.id, 'ended');
  await sweepFor(HOUR);
  const { record, etag } = (await context.ledger.get(first))!;
  const again: RunRecord = { ...record, ...running(), attempt: 2, instanceId: `${first.id}-2`, completedAtMs: null };
  await context.ledger.reopen(again, etag);
  orchestrations.standings.set(again.instanceId, 'active');
  answering(again);

  await sweepFor(2 * DAY);
  expect((await context.ledger.get(first))?.record.attempt).toBe(2);
  await closed(again);
  orchestrations.standings.set(again.instanceId, 'ended');
  await sweepFor(2 * DAY);

  expect(await context.ledger.get(first)).toBeUndefined();
  expect(storage.rows('gatewayruns')).toEqual([]);
});

it('believes the run where the index says something else: forgets what is gone, and closes what is completed', async () => {
  const gone = await accepted();
  const completed = await accepted();
  await context.ledger.remove(gone);
  const { record } = (await context.ledger.get(completed))!;
  await context.ledger.write({ ...record, status: 'completed', outcome: 'canceled', completedAtMs: nowMs });
  orchestrations.standings.set(completed.id, 'ended');

  await sweepFor(5 * MINUTE);
  expectIndexed();
  await sweepFor(10 * MINUTE);

  expect(orchestrations.started).toEqual([]);
  expect(orchestrations.purged).toEqual([completed.id]);
  const left = storage.rows('gatewayruns').map(({ rowKey }) => rowKey.slice(0, 2));
  expect(left).toEqual(['e:', 'i:', 'r:']);
});

it('never takes the entry of a run that was taken up again after the sweep had read the old one', async () => {
  const record = await accepted();
  const [entry] = await atWork();
  const completed = await closed(record);
  const { etag } = (await context.ledger.get(record))!;
  await context.ledger.reopen({ ...completed, status: 'queued', attempt: 2 }, etag);

  await context.runIndex.removeActive(entry!);
  await context.ledger.closeInIndex(completed, etag, nowMs);

  expectIndexed();
  expect(await atWork()).toHaveLength(1);
});

it('knows every run at work, and loses none, wherever a process ends on the way', async () => {
  const again = (record: RunRecord) => ({ ...record, ...running(), attempt: 2, instanceId: `${record.id}-2` });
  const steps: ((record: RunRecord) => Promise<unknown>)[] = [
    (record) => context.ledger.create(record, { bodyHash: 'hash', body: '{}' }),
    async (record) => context.ledger.point('default', '55', record),
    async (record) => closed(record),
    async (record) => {
      const { record: current, etag } = (await context.ledger.get(record))!;
      expect(await context.ledger.reopen(again({ ...current, runId: '55' }), etag)).toBe(true);
    },
    async (record) => closed(record),
    async () => {
      nowMs += 10 * MINUTE;
      const { failed } = await sweepRuns(context, orchestrations);
      if (failed > 0) throw new Error('The process has ended.');
    },
    async () => {
      nowMs += 8 * DAY;
      const { failed } = await sweepRuns(context, orchestrations);
      if (failed > 0) throw new Error('The process has ended.');
    },
  ];
  let interruptions = 0;
  for (let survived = 0; survived < 25; survived++) {
    const record = newRun();
    storage.writesLeft = survived;
    for (const step of steps) {
      await step(record).catch(async () => {
        interruptions++;
        storage.writesLeft = Infinity;
        expectIndexed();
        await step(record);
      });
      expectIndexed();
    }
    expect(storage.rows('gatewayruns')).toEqual([]);
  }
  expect(interruptions).toBeGreaterThan(10);
});

/** Every run that is not completed has an entry, and no other has. */
function expectIndexed(): void {
  const rows = storage.rows('gatewayruns');
  const atWork = rows.filter(({ rowKey, status }) => rowKey.startsWith('r:') && status !== 'completed');
  const indexed = rows.filter(({ rowKey }) => rowKey.startsWith('a:'));
  expect(indexed.map(({ rowKey }) => rowKey.slice(2))).toEqual(atWork.map(({ rowKey }) => rowKey.slice(2)));
}
