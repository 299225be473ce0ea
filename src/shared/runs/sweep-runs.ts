import type { App } from '../app.ts';
import { orchestrationId, type RunRecord } from '../domain/run-record.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { SweepReport } from '../ledger/sweep-ledger.ts';
import { activeRuns, MARGIN_MS } from './active-runs.ts';
import { checkPushedRuns } from './check-pushed-runs.ts';
import type { Orchestrations } from './orchestrations.ts';
import { startTracking } from './start-tracking.ts';
import { AdmissionCheck } from './repair-admission.ts';

/** A run this young is still being started by the door that accepted it. */
const GRACE_MS = 60_000;

/** Nobody has read a submitted run for so long: its orchestration is asked to look. */
const STALE_MS = 15 * 60_000;

/** How long after its deadline a run is left to its own orchestration. */
const OVERDUE_MS = 2 * 60_000;

/** Each is a question to the engine; tens of thousands may wait. */
const RUNS_AT_ONCE = 32;

const MAX_PURGED_PER_SWEEP = 1_000;
const DAY_MS = 86_400_000;
const REPORTS_KEPT_MS = 30 * DAY_MS;

/**
 * Compares ledger and orchestrations: adopts runs that nobody follows (an orphan's own submit finds the Databricks run
 * again by its idempotency token), wakes those that are stale, overdue or ended untold, repairs the admission counts,
 * and purges what is past retention. Two sweeps at once do no harm: each repair is one that the engine or the ledger
 * makes once.
 */
export async function sweepRuns(app: App, engine: Orchestrations): Promise<SweepReport> {
  const previous = await app.sweeps.latest();
  const startedAtMs = app.now();
  const report: SweepReport = {
    startedAtMs,
    endedAtMs: 0,
    active: 0,
    adopted: 0,
    woken: 0,
    purged: 0,
    failed: 0,
    oldestActiveAtMs: startedAtMs,
    leaks: {},
    listedAtMs: {},
  };
  // A report of a clock that was ahead would hide the runs that were accepted since.
  const isUsable = previous !== undefined && previous.startedAtMs <= startedAtMs;
  const fromMs = isUsable ? previous.oldestActiveAtMs - MARGIN_MS : 0;
  const pushed: RunRecord[] = [];
  const admission = await AdmissionCheck.begin(app, engine);
  const sweepAll = async (batch: readonly StoredRun[]) => {
    await Promise.all(
      batch.map((stored) => bearing(app, report, stored.record, () => sweepRun(app, engine, stored, report))),
    );
  };
  let batch: StoredRun[] = [];
  for await (const stored of activeRuns(app, fromMs)) {
    const { record } = stored;
    report.active++;
    if (record.createdAtMs >= fromMs) report.oldestActiveAtMs = Math.min(report.oldestActiveAtMs, record.createdAtMs);
    admission.count(record);
    if (isPushed(record)) pushed.push(record);
    if (batch.push(stored) < RUNS_AT_ONCE) continue;
    await sweepAll(batch);
    batch = [];
  }
  await sweepAll(batch);
  const checked = await checkPushedRuns(app, engine, pushed, previous?.listedAtMs ?? {});
  report.woken += checked.woken;
  report.failed += checked.failed;
  report.listedAtMs = checked.listedAtMs;
  report.leaks = await admission.repair(previous?.leaks ?? {});
  await purge(app, engine, report);
  report.endedAtMs = app.now();
  await app.sweeps.write(report);
  await app.sweeps.removeBefore(startedAtMs - REPORTS_KEPT_MS);
  app.log.info('swept', { ...report });
  return report;
}

/** What fails for one run is noted and left to the next sweep; the others are not kept waiting. */
async function bearing(app: App, report: SweepReport, record: RunRecord, step: () => Promise<void>): Promise<void> {
  await step().catch((error: unknown) => {
    report.failed++;
    app.log.warn('sweep_failed', { run: record.id, error });
  });
}

async function sweepRun(app: App, engine: Orchestrations, stored: StoredRun, report: SweepReport): Promise<void> {
  const { record } = stored;
  const nowMs = app.now();
  if (nowMs - record.createdAtMs < GRACE_MS) return;
  const standing = await engine.standing(record.instanceId);
  if (standing !== 'active') {
    // The row may have been completed since the page was read.
    const current = await app.ledger.get(record);
    if (current === undefined || current.record.status === 'completed') return;
    await startTracking(engine, current.record);
    report.adopted++;
    return;
  }
  const isStale = record.runId !== null && !isPushed(record) && nowMs - record.observedAtMs > STALE_MS;
  const isOverdue = record.deadlineAtMs !== null && nowMs - record.deadlineAtMs > OVERDUE_MS;
  const isCanceled = stored.cancelRequestedAtMs !== null && nowMs - stored.cancelRequestedAtMs > OVERDUE_MS;
  if (!isStale && !isOverdue && !isCanceled) return;
  await engine.wake(record.instanceId, { reason: isCanceled ? 'cancel' : 'look' });
  report.woken++;
}

/** Its end will be told, so nobody reads it meanwhile. */
function isPushed({ pushed, status }: RunRecord): boolean {
  return pushed && status !== 'queued';
}

async function purge(app: App, engine: Orchestrations, report: SweepReport): Promise<void> {
  const createdBeforeMs = app.now() - app.config.runs.retentionDays * DAY_MS;
  let seen = 0;
  for await (const { record } of app.ledger.scan({ status: 'completed', createdBeforeMs })) {
    if (seen++ >= MAX_PURGED_PER_SWEEP) return;
    await bearing(app, report, record, async () => {
      for (const instanceId of instancesOf(record)) await engine.purge(instanceId);
      await app.archive.remove(record.id);
      await app.ledger.remove(record);
      report.purged++;
    });
  }
}

/** A repair is followed by an orchestration of its own. */
function instancesOf({ id, attempt }: RunRecord): string[] {
  return Array.from({ length: attempt }, (_, index) => orchestrationId(id, index + 1));
}
