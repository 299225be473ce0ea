import type { AppContext, Workspace } from '../../context.ts';
import { isEndLikely } from '../../domain/poll-schedule.ts';
import { planReadings, type ListExperience, type PlannedReading } from '../../domain/watch-plan.ts';
import { type WatchedRun } from '../../domain/watched-run.ts';
import type { WatchEntry } from '../../ledger/watch-index.ts';
import { DueReading } from './due-reading.ts';
import { listActiveRuns } from './list-active-runs.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { readWatchedRun } from './read-watched-run.ts';

/** A third of what Databricks allows: others read there too. */
const GETS_PER_SECOND = 30;
/** A run that has ended is read by itself, and then its outputs are, of which Databricks gives 20 a second. */
const ENDS_PER_SECOND = 6;
/** Of a burst, more a second are read. */
const ENDS_WITHIN_SECONDS = 5;

/** A list of many pages keeps others waiting: so many of the runs that are not likely to end have their turn at once. */
const MAX_OTHERS = 200;

/** What a reading depends on beside its runs. */
export interface ReadingSituation {
  experience: ListExperience | null;
  /** How many readings in a row have failed before this one. */
  unread: number;
  /** Others wait for the places of these runs. */
  isAwaited: boolean;
  /** Nothing more is begun after this, epoch ms. */
  untilMs: number;
}

/** Reads the runs of some entries with as few calls as that takes, and notifies the orchestrations of those that have ended. */
export async function readDueRuns(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspace: Workspace | undefined,
  due: readonly WatchEntry[],
  situation: ReadingSituation,
): Promise<DueReading> {
  const { experience, unread } = situation;
  const reading = new DueReading({ context, orchestrations, workspace }, due, situation);
  const nowMs = context.now();
  const runs = due.map(({ run }) => run);
  const [urgent, others] = partition(runs, (run) => isUrgent(run, nowMs));
  // Where it was a list that failed, each run may still be read by itself.
  const plan = (each: readonly WatchedRun[]): PlannedReading[] =>
    unread > 0 ? [{ by: 'get', runs: each }] : planReadings(each, experience, nowMs);
  const part = others.toSorted((one, other) => one.submittedAtMs - other.submittedAtMs).slice(0, MAX_OTHERS);
  for (const each of [urgent, part]) for (const planned of plan(each)) await read(reading, planned);
  if (part.length < others.length) reading.isWhole = false;
  return reading;
}

/** Whether a run should not wait for lists of those that are merely long due: it has to be seen started, or ended. */
function isUrgent({ started, submittedAtMs, learned }: WatchedRun, nowMs: number): boolean {
  return !started || isEndLikely(nowMs - submittedAtMs, learned);
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

async function read(reading: DueReading, planned: PlannedReading): Promise<void> {
  const alone = planned.by === 'list' ? await listActiveRuns(reading, planned) : planned.runs;
  const ends = Math.max(ENDS_PER_SECOND, Math.ceil(alone.length / ENDS_WITHIN_SECONDS));
  const perSecond = planned.by === 'list' && !reading.isAwaited ? Math.min(ends, GETS_PER_SECOND) : GETS_PER_SECOND;
  // So many in each second, all at once.
  for (let at = 0; at < alone.length; at += perSecond) {
    if (reading.isLate() || reading.failure !== null) return;
    if (at > 0) await reading.context.sleep(1_000);
    await Promise.all(alone.slice(at, at + perSecond).map((run) => readAlone(reading, run)));
  }
}

async function readAlone(reading: DueReading, run: WatchedRun): Promise<void> {
  await reading.isolated(run, async () => {
    if (reading.failure === null) await readWatchedRun(reading, run, undefined);
  });
}
