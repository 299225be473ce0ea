import type { App, Workspace } from '../app.ts';
import { DatabricksNotFoundError } from '../databricks/errors.ts';
import type { Run } from '../databricks/schemas.ts';
import { isEndLikely } from '../domain/poll-schedule.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { nextListingAtMs, nextReadingAtMs, type WatchedRun } from '../domain/watched-run.ts';
import {
  experienceOf,
  planReadings,
  RUNS_PER_PAGE,
  type ListExperience,
  type PlannedReading,
} from '../domain/watch-plan.ts';
import { AppError } from '../errors.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { WatchEntry } from '../ledger/watch-index.ts';
import { followStored, READING } from './follow-run.ts';
import type { Orchestrations } from './orchestrations.ts';
import { digestOf, hasAllTasks, pageOf, seenRun, type PageRead } from './seen-run.ts';

/** A third of what Databricks allows: others read there too. */
const GETS_PER_SECOND = 30;
/** A run that has ended is read by itself, and then its outputs are, of which Databricks gives 20 a second. */
const ENDS_PER_SECOND = 6;
/** Of a burst, more a second are read. */
const ENDS_WITHIN_SECONDS = 5;
const LISTS_PER_SECOND = 10;

/** The rows of runs that are read by lists are written so often all the same: the sweep sees that they are read. */
const RECORD_AFTER_MS = 10 * 60_000;

/** Of a young run a notification may come any moment, after which it is read no more; its row says so. */
const YOUNG_MS = 10_000;

/** A list of many pages keeps others waiting: so many of the runs that are not likely to end have their turn at once. */
const MAX_OTHERS = 200;

/** What lists are like is found out anew after that. */
const BELIEVED_MS = 10 * 60_000;

/** A run that Databricks does not know is read by its orchestration; it may turn out to be there. */
const MISSING_AGAIN_MS = 60_000;

/** A run that could not be read lets the others go first; the next reading may well fail for the same run. */
const UNREAD_AGAIN_MS = 10_000;

/** What Databricks refuses of one run, or the gateway cannot understand, says nothing of the others. */
const REFUSED_AGAIN_MS = 30_000;

/** What came of reading the runs that were due. */
export interface DueReading {
  /** When each entry is due next; null for one that has nothing more to be read for. */
  moves: { from: WatchEntry; to: WatchEntry | null }[];
  experience: ListExperience | null;
  /** Databricks did not answer, so that the others have not been read. `notBeforeMs`: when it wants to be asked again. */
  failure: { notBeforeMs: number | null } | null;
  /** Whether all that were due have had their turn. */
  isWhole: boolean;
}

/** What a reading depends on beside its runs. */
export interface ReadingSituation {
  experience: ListExperience | null;
  /** How many readings in a row have failed before this one. */
  unread: number;
  /** Nothing more is begun after this, epoch ms. */
  untilMs: number;
}

/** Reads the runs of some entries with as few calls as that takes, and notifies the orchestrations of those that have ended. */
export async function readDueRuns(
  app: App,
  engine: Orchestrations,
  workspace: Workspace | undefined,
  due: readonly WatchEntry[],
  situation: ReadingSituation,
): Promise<DueReading> {
  const { experience, unread } = situation;
  const reader = new DueReader(app, engine, workspace, due, situation);
  const nowMs = app.now();
  const runs = due.map(({ run }) => run);
  const [urgent, others] = partition(runs, (run) => isUrgent(run, nowMs));
  // Where it was a list that failed, each run may still be read by itself.
  const plan = (each: readonly WatchedRun[]): PlannedReading[] =>
    unread > 0 ? [{ by: 'get', runs: each }] : planReadings(each, experience, nowMs);
  const part = others.toSorted((one, other) => one.submittedAtMs - other.submittedAtMs).slice(0, MAX_OTHERS);
  for (const each of [urgent, part]) for (const reading of plan(each)) await reader.read(reading);
  if (part.length < others.length) reader.result.isWhole = false;
  return reader.result;
}

/** Whether a run should not wait for lists of those that are merely long due: it has to be seen started, or ended. */
function isUrgent({ started, submittedAtMs, learned }: WatchedRun, nowMs: number): boolean {
  return !started || isEndLikely(nowMs - submittedAtMs, learned);
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

class DueReader {
  readonly result: DueReading;
  readonly #app: App;
  readonly #engine: Orchestrations;
  /** Undefined where the settings name it no more: its runs are lost. */
  readonly #workspace: Workspace | undefined;
  readonly #entries: ReadonlyMap<WatchedRun, WatchEntry>;
  readonly #untilMs: number;
  /** The list that shows the runs that are being looked at; null where they are read by themselves. */
  #list: { pages: number; runs: number } | null = null;

  constructor(
    app: App,
    engine: Orchestrations,
    workspace: Workspace | undefined,
    due: readonly WatchEntry[],
    { experience, untilMs }: ReadingSituation,
  ) {
    this.#app = app;
    this.#engine = engine;
    this.#workspace = workspace;
    this.#untilMs = untilMs;
    this.#entries = new Map(due.map((entry) => [entry.run, entry]));
    this.result = { moves: [], experience, failure: null, isWhole: true };
  }

  async read(reading: PlannedReading): Promise<void> {
    const isList = reading.by === 'list';
    const alone = isList ? await this.#readList(reading) : reading.runs;
    const ends = Math.max(ENDS_PER_SECOND, Math.ceil(alone.length / ENDS_WITHIN_SECONDS));
    const perSecond = isList ? Math.min(ends, GETS_PER_SECOND) : GETS_PER_SECOND;
    await this.#paced(alone, perSecond, (run) => this.#isolated(run, () => this.#get(run)));
  }

  /** Returns the runs that are to be read by themselves: those that the list does not show as active. */
  async #readList({ runs, fromMs, toMs }: PlannedReading & { by: 'list' }): Promise<readonly WatchedRun[]> {
    const jobs = this.#workspace?.jobs;
    if (this.result.failure !== null || jobs === undefined) return jobs === undefined ? runs : [];
    const active = new Map<string, Run>();
    const mostPages = Math.max(runs.length, 2);
    const query = { activeOnly: true, expandTasks: true, startTimeFrom: fromMs, startTimeTo: toMs };
    let pages = 0;
    let isWhole = true;
    if (this.#isLate()) return [];
    await this.#app.sleep(1_000 / LISTS_PER_SECOND);
    try {
      for await (const page of jobs.listRunPages(query, READING)) {
        // Others run so many that each of ours is cheaper by itself, or the pages do not end.
        isWhole = pages < mostPages && !this.#isLate();
        if (!isWhole) break;
        if (pages++ > 0) await this.#app.sleep(1_000 / LISTS_PER_SECOND);
        for (const run of page) active.set(run.run_id, { ...run, iterations: [], next_page_token: undefined });
      }
    } catch (error) {
      await this.#fail(error, runs);
      return [];
    }
    const listed = isWhole ? active.size : pages * RUNS_PER_PAGE;
    this.result.experience = experienceOf(listed, { fromMs, toMs }, this.#app.now() + BELIEVED_MS);
    const shown = runs.filter(({ runId }) => active.has(runId));
    this.#list = { pages: Math.ceil((listed + 1) / RUNS_PER_PAGE), runs: runs.length };
    for (const run of shown) {
      if (this.#isLate()) break;
      await this.#isolated(run, () => this.#see(run, active.get(run.runId)));
    }
    this.#list = null;
    return isWhole ? runs.filter(({ runId }) => !active.has(runId)) : runs.filter((run) => !shown.includes(run));
  }

  /** A run that a list shows: its row is read only where there is something to write. */
  async #see(run: WatchedRun, page: Run | undefined): Promise<void> {
    if (page === undefined) return;
    const nowMs = this.#app.now();
    const isYoung = nowMs - run.submittedAtMs < YOUNG_MS;
    const isNew = isYoung || digestOf(page) !== run.seen || nowMs - run.recordedAtMs > RECORD_AFTER_MS;
    if (isNew) await this.#apply(run, hasAllTasks(page) ? page : undefined);
    else this.#move(run, run);
  }

  async #get(run: WatchedRun): Promise<void> {
    if (this.result.failure === null) await this.#apply(run, undefined);
  }

  /** Reads a run, or takes what has been read of it, writes what is new, and notifies its orchestration. */
  async #apply(run: WatchedRun, listed: Run | undefined): Promise<void> {
    const stored = await this.#app.ledger.get(run.key);
    if (stored === undefined || isSettled(stored.record, run)) return this.#remove(run);
    const read = listed === undefined ? await this.#readPage(run) : { page: listed };
    if ('error' in read && !(read.error instanceof DatabricksNotFoundError))
      return this.#failAlone(read.error, stored, run);
    const known = 'none' in read ? {} : { page: pageOf(read) };
    const result = await followStored(this.#app, stored, run.runId, {
      ...known,
      isNotified: run.notifiedAtMs !== null,
    });
    const { instanceId, request, attempt } = stored.record;
    const isOfInterest = result.kind === 'ended' || result.kind === 'missing' || result.cancelRequested;
    const isResized = result.kind === 'active' && (result.taskCount ?? request.taskCount) !== request.taskCount;
    if (isOfInterest || isResized)
      await this.#engine.wake(instanceId, { reason: 'read', runId: run.runId, attempt, result });
    if (result.kind === 'ended') this.#remove(run);
    else if (result.kind === 'missing') this.#move(run, run, MISSING_AGAIN_MS);
    else if ('page' in read && result.kind === 'active')
      this.#move(run, seenRun(run, read.page, result.started, this.#app.now()));
    else this.#move(run, run);
  }

  async #readPage(run: WatchedRun): Promise<PageRead> {
    if (this.#workspace === undefined) return { none: true };
    try {
      return { page: await this.#workspace.jobs.getRunPage(run.runId, READING) };
    } catch (error) {
      return { error };
    }
  }

  /** Whether the time for this reading is over; what is due still is read by the next one. */
  #isLate(): boolean {
    if (this.#app.now() < this.#untilMs) return false;
    this.result.isWhole = false;
    return true;
  }

  /** A row that cannot be understood, or written, is left to the sweep; the others are read. */
  async #isolated(run: WatchedRun, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.#app.log.warn('run_unread', { run: run.key.id, error });
      this.#move(run, run, REFUSED_AGAIN_MS);
    }
  }

  /** Notes that a run could not be read by itself, which may be for what it is, or because Databricks is away. */
  async #failAlone(error: unknown, stored: StoredRun, run: WatchedRun): Promise<void> {
    if (!(error instanceof AppError)) throw error;
    const app = this.#app;
    if (error.retryable) this.result.failure ??= { notBeforeMs: error.retryAtMs(app.now()) };
    app.log.warn('run_unread', { run: run.key.id, error });
    await followStored(app, stored, run.runId, { page: pageOf({ error }) });
    // What is read next is new, whatever it is.
    this.#move(run, { ...run, seen: '' }, error.retryable ? UNREAD_AGAIN_MS : REFUSED_AGAIN_MS);
  }

  /** Notes that Databricks could not be read; the rows of the runs say so after a minute. */
  async #fail(error: unknown, runs: readonly WatchedRun[]): Promise<void> {
    if (!(error instanceof AppError)) throw error;
    const app = this.#app;
    this.result.failure ??= { notBeforeMs: error.retryAtMs(app.now()) };
    app.log.warn('active_runs_unread', { workspace: this.#workspace?.name, error });
    for (const run of runs) {
      if (this.#isLate()) return;
      const stored = await app.ledger.get(run.key);
      if (stored !== undefined) await followStored(app, stored, run.runId, { page: pageOf({ error }) });
      // What is read next is new, whatever it is.
      const entry = this.#entries.get(run);
      if (entry !== undefined && run.seen !== '')
        this.result.moves.push({ from: entry, to: { ...entry, run: { ...run, seen: '' } } });
    }
  }

  #move(from: WatchedRun, to: WatchedRun, delayMs?: number): void {
    const entry = this.#entries.get(from);
    const nowMs = this.#app.now();
    const ownMs = this.#list === null ? nextReadingAtMs(to, nowMs) : nextListingAtMs(to, this.#list, nowMs);
    const dueAtMs = delayMs === undefined ? ownMs : nowMs + delayMs;
    // Of a run that has been notified of, nothing more is to be read unless its end is likely at some time.
    if (to.notifiedAtMs !== null && to.started && dueAtMs - nowMs >= NEVER_MS) return this.#remove(from);
    if (entry !== undefined) this.result.moves.push({ from: entry, to: { run: to, dueAtMs } });
  }

  #remove(run: WatchedRun): void {
    const entry = this.#entries.get(run);
    if (entry !== undefined) this.result.moves.push({ from: entry, to: null });
  }

  /** So many in each second, all at once. */
  async #paced(
    runs: readonly WatchedRun[],
    perSecond: number,
    read: (run: WatchedRun) => Promise<void>,
  ): Promise<void> {
    for (let at = 0; at < runs.length; at += perSecond) {
      if (this.#isLate() || this.result.failure !== null) return;
      if (at > 0) await this.#app.sleep(1_000);
      await Promise.all(runs.slice(at, at + perSecond).map(read));
    }
  }
}

/** Whether the run is completed, or another Databricks run, or has another entry since it was notified of. */
function isSettled(record: RunRecord, run: WatchedRun): boolean {
  if (record.status === 'completed' || record.runId !== run.runId) return true;
  return record.pushed && run.notifiedAtMs === null;
}

/** `pollDelayMs` names a day where the sweep is the net. */
const NEVER_MS = 12 * 3_600_000;
