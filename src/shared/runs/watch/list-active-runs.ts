import type { Run } from '../../databricks/schemas.ts';
import { experienceOf } from '../../domain/watch-experience.ts';
import { RUNS_PER_PAGE, runsWithin, type PlannedReading } from '../../domain/watch-plan.ts';
import type { WatchedRun } from '../../domain/watched-run.ts';
import type { CallRate } from '../../async/call-rate.ts';
import type { DueReading } from './due-reading.ts';
import { READING } from './follow-run.ts';
import { takeListedRun } from './read-watched-run.ts';

/** A quarter of what Databricks allows: others list there too. */
const LISTS_PER_SECOND = 7;

/** What lists are like is found out anew after that. */
const BELIEVED_MS = 10 * 60_000;

/** The active runs that a list shows, by id. `isWhole`: it was read to its end. */
interface ActiveRuns {
  active: ReadonlyMap<string, Run>;
  pages: number;
  isWhole: boolean;
}

/**
 * Reads runs by `runs/list`, and writes what is new of those that it shows, the planned ones and any other of `held`. Returns
 * those that are to be read by themselves: the ones that it does not show as active.
 */
export async function listActiveRuns(
  reading: DueReading,
  planned: PlannedReading & { by: 'list' },
  { held, rate }: { held: readonly WatchedRun[]; rate: CallRate },
): Promise<readonly WatchedRun[]> {
  const { fromMs, toMs } = planned;
  const runs = [...new Set([...planned.runs, ...runsWithin(held, planned)])].filter((run) => !reading.isRead(run));
  if (reading.workspace === undefined) return runs;
  if (reading.failure !== null || reading.isLate()) return [];
  let listed: ActiveRuns;
  try {
    listed = await readPages(reading, planned, rate);
  } catch (error) {
    await reading.failList(error, planned.runs);
    return [];
  }
  const { active, pages, isWhole } = listed;
  const count = isWhole ? active.size : pages * RUNS_PER_PAGE;
  const list = experienceOf(count, { fromMs, toMs }, reading.context.now() + BELIEVED_MS);
  reading.experience = { ...reading.experience, list };
  const shown = runs.filter(({ runId }) => active.has(runId));
  for (const run of shown) {
    if (reading.isLate()) break;
    reading.shown.add(run);
    const page = active.get(run.runId);
    if (page !== undefined) await reading.isolated(run, () => takeListedRun(reading, run, page));
  }
  // Of a list that was given up, what it has not shown says nothing.
  return isWhole ? runs.filter(({ runId }) => !active.has(runId)) : planned.runs.filter((run) => !shown.includes(run));
}

async function readPages(
  reading: DueReading,
  { runs, fromMs, toMs }: PlannedReading & { by: 'list' },
  rate: CallRate,
): Promise<ActiveRuns> {
  const { workspace } = reading;
  const active = new Map<string, Run>();
  const mostPages = Math.max(runs.length, 2);
  const query = { activeOnly: true, expandTasks: true, startTimeFrom: fromMs, startTimeTo: toMs };
  let pages = 0;
  const options = { ...READING, beforePage: () => rate.turn(LISTS_PER_SECOND) };
  for await (const page of workspace?.jobs.listRunPages(query, options) ?? []) {
    // Others run so many that each of ours is cheaper by itself, or the pages do not end.
    if (pages >= mostPages || reading.isLate()) return { active, pages, isWhole: false };
    pages++;
    for (const run of page) active.set(run.run_id, { ...run, iterations: [], next_page_token: undefined });
  }
  return { active, pages, isWhole: true };
}
