import type { AppContext, Workspace } from '../../context.ts';
import { listsOf, planReadings, waitForMoreMs, type PlannedReading } from '../../domain/watch-plan.ts';
import type { WatchExperience } from '../../domain/watch-experience.ts';
import { mayEndSoon, type WatchedRun } from '../../domain/watched-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import type { WatcherRates } from '../../durable/local-watchers.ts';
import { DueReading } from './due-reading.ts';
import { listActiveRuns } from './list-active-runs.ts';
import { SingleReads } from './single-reads.ts';
import type { HeldEntry } from './watch-list.ts';

/**
 * Lists of runs that are not likely to end keep those waiting that are: they are made for so many runs at most, those that
 * are due longest, and none is begun after so long.
 */
const MAX_OTHERS = 200;
const OTHERS_LAST_MS = 1_500;

/** What a reading depends on beside its runs. */
export interface ReadingSituation {
  experience: WatchExperience;
  /** Runs that are due until then are read, epoch ms. */
  dueUntilMs: number;
  /** How many readings in a row have failed before this one. */
  unread: number;
  /** Others wait for the places of these runs. */
  isAwaited: boolean;
  /** Nothing more is begun after this, epoch ms. */
  untilMs: number;
  /** How often calls of all readings begin. */
  rates: WatcherRates;
}

/**
 * Reads the runs that are due by `dueUntilMs` with as few calls as that takes, and what else the lists show of `entries`, and
 * notifies the orchestrations of those that have ended. First come those that have to be seen started, or ended.
 */
export async function readDueRuns(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspace: Workspace | undefined,
  entries: readonly HeldEntry[],
  situation: ReadingSituation,
): Promise<DueReading> {
  const { dueUntilMs, unread, rates } = situation;
  const reading = new DueReading({ context, orchestrations, workspace }, entries, situation);
  const singles = new SingleReads(reading, rates.gets);
  const nowMs = context.now();
  const { list } = reading.experience;
  const held = entries.map(({ run }) => run);
  const due = new Map(entries.filter(({ dueAtMs }) => dueAtMs <= dueUntilMs).map(({ run, dueAtMs }) => [run, dueAtMs]));
  const sinceMs = (run: WatchedRun) => nowMs - (due.get(run) ?? nowMs);
  const isUrgent = (run: WatchedRun) => !run.started || mayEndSoon(run, reading.usual, nowMs);
  // Where it was a list that failed, each run may still be read by itself.
  const plan = (runs: readonly WatchedRun[]): PlannedReading[] =>
    unread > 0 ? [{ by: 'get', runs }] : planReadings(runs, list, nowMs, held);
  const isTime = (planned: PlannedReading, urgent: boolean) =>
    planned.runs.some((run) => sinceMs(run) >= waitForMoreMs(planned, { watched: held.length, urgent }));
  const read = async (planned: PlannedReading) =>
    singles.add(
      planned.by === 'get' ? planned.runs : await listActiveRuns(reading, planned, { held, rate: rates.lists }),
    );

  const [urgent, others] = partition([...due.keys()], isUrgent);
  reading.lists = listsOf(plan(held.filter(isUrgent)), list);
  for (const planned of plan(urgent)) if (isTime(planned, true)) await read(planned);

  const othersUntilMs = context.now() + OTHERS_LAST_MS;
  const longest = others.toSorted((one, other) => sinceMs(other) - sinceMs(one)).slice(0, MAX_OTHERS);
  reading.isWhole &&= longest.length === others.length;
  for (const planned of plan(longest).filter((each) => isTime(each, false))) {
    if (context.now() < othersUntilMs) await read(planned);
    else reading.isWhole = false;
  }
  await singles.done();
  return reading;
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
