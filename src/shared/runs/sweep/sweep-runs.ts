import { setTimeout as delay } from 'node:timers/promises';
import type { AppContext } from '../../context.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { ActiveEntry } from '../../ledger/run-index.ts';
import type { SweepReport } from '../../ledger/sweep-ledger.ts';
import { StorageUnavailableError } from '../../storage/storage.ts';
import { checkNotifiedRuns } from './check-notified-runs.ts';
import { reconcileRun } from './reconcile-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { purgeHistories, purgeRuns, type IsolatedStep } from './purge-runs.ts';
import { AdmissionCheck } from '../admission/reconcile-admission.ts';
import { restartWatchers } from '../record/watch-run.ts';

/** Each is a request to Durable Functions; tens of thousands may wait. */
const RUNS_AT_ONCE = 32;

/** Beyond so many runs, a sweep takes its time: each is two rows of the one partition, which has other work to do. */
const UNPACED_RUNS = 1_000;
const RUNS_PER_SECOND = 90;

const DAY_MS = 86_400_000;
const REPORTS_KEPT_MS = 30 * DAY_MS;

/** What a sweep has learnt of the runs at work. */
interface Findings {
  readonly report: SweepReport;
  readonly admission: AdmissionCheck;
  readonly notified: RunRecord[];
  /** Storage has failed for one of them, so that not all are counted. */
  isIncomplete: boolean;
}

/**
 * Compares ledger and orchestrations: reattaches runs that no orchestration follows (such a run's own submit finds the
 * Databricks run again by its idempotency token), wakes those that are stale, overdue or ended without a notification,
 * replaces orchestrations that are dead, repairs the admission counts, deletes the histories of what has ended, and
 * purges what is past retention. What it reads hangs on the runs at work and on what is due, never on what is kept. Two
 * sweeps at once do no harm: each repair is one that Durable Functions or the ledger makes once.
 */
export async function sweepRuns(context: AppContext, orchestrations: RunOrchestrations): Promise<SweepReport> {
  const previous = await context.sweeps.latest();
  const report = newReport(context.now());
  const findings = {
    report,
    admission: await AdmissionCheck.begin(context, orchestrations),
    notified: [],
    isIncomplete: false,
  };
  let batch: ActiveEntry[] = [];
  const sweepBatch = async () => {
    const isPaced = report.active >= UNPACED_RUNS;
    const pauseMs = (batch.length * 1_000) / RUNS_PER_SECOND;
    const steps = batch.map((entry) => sweepEntry(context, orchestrations, entry, findings));
    await Promise.all([...steps, isPaced ? delay(pauseMs) : undefined]);
    batch = [];
  };
  for await (const entry of context.runIndex.active()) {
    if (batch.push(entry) >= RUNS_AT_ONCE) await sweepBatch();
  }
  await sweepBatch();
  const checked = await checkNotifiedRuns(context, orchestrations, findings.notified, previous?.listedAtMs ?? {});
  report.woken += checked.woken;
  report.failed += checked.failed;
  report.listedAtMs = checked.listedAtMs;
  // What a run holds that could not be read is unknown.
  report.drift = findings.isIncomplete ? {} : await findings.admission.repair(previous?.drift ?? {});
  const step = isolated(context, report);
  await step('watchers', () => restartWatchers(context, orchestrations));
  report.histories = await purgeHistories(context, orchestrations, step);
  report.purged = await purgeRuns(context, step);
  report.endedAtMs = context.now();
  await context.sweeps.write(report);
  await context.sweeps.removeBefore(report.startedAtMs - REPORTS_KEPT_MS);
  context.log.info('sweep.completed', { ...report });
  return report;
}

async function sweepEntry(
  context: AppContext,
  orchestrations: RunOrchestrations,
  entry: ActiveEntry,
  findings: Findings,
): Promise<void> {
  const { report, admission, notified } = findings;
  await isolated(context, report)(entry.key.id, async () => {
    const stored = await context.ledger.get(entry.key).catch((error: unknown) => {
      findings.isIncomplete ||= error instanceof StorageUnavailableError;
      throw error;
    });
    if (stored === undefined) {
      await context.runIndex.removeActive(entry);
      return;
    }
    const { record } = stored;
    if (record.status === 'completed') {
      await context.ledger.closeInIndex(record, stored.etag, context.now());
      return;
    }
    report.active++;
    admission.count(record);
    if (isNotified(record)) notified.push(record);
    const correction = await reconcileRun(context, orchestrations, entry, stored);
    if (correction !== undefined) report[correction]++;
  });
}

/** What fails for one run is noted and left to the next sweep; the others are not kept waiting. */
function isolated(context: AppContext, report: SweepReport): IsolatedStep {
  return (id, step) =>
    step().catch((error: unknown) => {
      report.failed++;
      context.log.warn('sweep.failed', { run: id, error });
    });
}

/** A notification of its end will come, so it is not polled meanwhile. */
function isNotified({ hasNotifications, status }: RunRecord): boolean {
  return hasNotifications && status !== 'queued';
}

function newReport(startedAtMs: number): SweepReport {
  return {
    startedAtMs,
    endedAtMs: 0,
    active: 0,
    reattached: 0,
    replaced: 0,
    woken: 0,
    histories: 0,
    purged: 0,
    failed: 0,
    drift: {},
    listedAtMs: {},
  };
}
