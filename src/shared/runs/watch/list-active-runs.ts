import type { Run } from '../../databricks/schemas.ts';
import { experienceOf, RUNS_PER_PAGE, type PlannedReading } from '../../domain/watch-plan.ts';
import type { WatchedRun } from '../../domain/watched-run.ts';
import type { DueReading } from './due-reading.ts';
import { READING } from './follow-run.ts';
import { readWatchedRun } from './read-watched-run.ts';
import { digestOf, hasAllTasks } from './seen-run.ts';

/** A third of what Databricks allows: others read there too. */
const LISTS_PER_SECOND = 10;

/** The rows of runs that are read by lists are written so often all the same: the sweep sees that they are read. */
const RECORD_AFTER_MS = 10 * 60_000;

/** Of a young run a notification may come any moment, after which it is read no more; its row says so. */
const YOUNG_MS = 10_000;

/** What lists are like is found out anew after that. */
const BELIEVED_MS = 10 * 60_000;

/** The active runs that a list shows, by id. `isWhole`: it was read to its end. */
interface ActiveRuns {
  active: ReadonlyMap<string, Run>;
  pages: number;
  isWhole: boolean;
}

/**
 * Reads runs by `runs/list`, and writes what is new of those that it shows. Returns those that are to be read by
 * themselves: the ones that it does not show as active.
 */
export async function listActiveRuns(
  reading: DueReading,
  planned: PlannedReading & { by: 'list' },
): Promise<readonly WatchedRun[]> {
  const { runs, fromMs, toMs } = planned;
  if (reading.workspace === undefined) return runs;
  if (reading.failure !== null || reading.isLate()) return [];
  let listed: ActiveRuns;
  try {
    listed = await readPages(reading, planned);
  } catch (error) {
    await reading.failList(error, runs);
    return [];
  }
  const { active, pages, isWhole } = listed;
  const count = isWhole ? active.size : pages * RUNS_PER_PAGE;
  reading.experience = experienceOf(count, { fromMs, toMs }, reading.context.now() + BELIEVED_MS);
  const shown = runs.filter(({ runId }) => active.has(runId));
  reading.list = { pages: Math.ceil((count + 1) / RUNS_PER_PAGE), runs: runs.length };
  for (const run of shown) {
    if (reading.isLate()) break;
    await reading.isolated(run, () => takeListed(reading, run, active.get(run.runId)));
  }
  reading.list = null;
  return isWhole ? runs.filter(({ runId }) => !active.has(runId)) : runs.filter((run) => !shown.includes(run));
}

async function readPages(
  reading: DueReading,
  { runs, fromMs, toMs }: PlannedReading & { by: 'list' },
): Promise<ActiveRuns> {
  const { context, workspace } = reading;
  const active = new Map<string, Run>();
  const mostPages = Math.max(runs.length, 2);
  const query = { activeOnly: true, expandTasks: true, startTimeFrom: fromMs, startTimeTo: toMs };
  let pages = 0;
  await context.sleep(1_000 / LISTS_PER_SECOND);
  for await (const page of workspace?.jobs.listRunPages(query, READING) ?? []) {
    // Others run so many that each of ours is cheaper by itself, or the pages do not end.
    if (pages >= mostPages || reading.isLate()) return { active, pages, isWhole: false };
    if (pages++ > 0) await context.sleep(1_000 / LISTS_PER_SECOND);
    for (const run of page) active.set(run.run_id, { ...run, iterations: [], next_page_token: undefined });
  }
  return { active, pages, isWhole: true };
}

/** A run that a list shows: its row is read only where there is something to write. */
async function takeListed(reading: DueReading, run: WatchedRun, page: Run | undefined): Promise<void> {
  if (page === undefined) return;
  const nowMs = reading.context.now();
  const isYoung = nowMs - run.submittedAtMs < YOUNG_MS;
  const isNew = isYoung || digestOf(page) !== run.seen || nowMs - run.recordedAtMs > RECORD_AFTER_MS;
  if (isNew) await readWatchedRun(reading, run, hasAllTasks(page) ? page : undefined);
  else reading.move(run, run);
}
