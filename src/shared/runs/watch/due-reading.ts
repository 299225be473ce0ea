import type { AppContext, Workspace } from '../../context.ts';
import { awaitedReadingAtMs } from '../../domain/awaited-end.ts';
import type { DurationEstimate } from '../../domain/poll-schedule.ts';
import { nextListingAtMs, nextReadingAtMs, type WatchedRun } from '../../domain/watched-run.ts';
import { usualDuration, type WatchExperience } from '../../domain/watch-experience.ts';
import { AppError } from '../../errors.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { followStored } from './follow-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { pageOf } from './seen-run.ts';
import type { HeldEntry, Move } from './watch-list.ts';

/** A run that could not be read lets the others go first; the next reading may well fail for the same run. */
const UNREAD_AGAIN_MS = 10_000;

/** What Databricks refuses of one run, or the gateway cannot understand, says nothing of the others. */
const REFUSED_AGAIN_MS = 30_000;

/** `pollDelayMs` names a day where the sweep is the net. */
const NEVER_MS = 12 * 3_600_000;

/** How many of the latest ends say what runs of the workspace are like. */
const MAX_RECENT_ENDS = 30;

/** What one reading of the runs that are due works with, and what comes of it. */
export class DueReading {
  readonly context: AppContext;
  readonly orchestrations: RunOrchestrations;
  /** Undefined where the settings name it no more: its runs are lost. */
  readonly workspace: Workspace | undefined;
  /** Others wait for the places of these runs. */
  readonly isAwaited: boolean;
  readonly moves: Move[] = [];
  experience: WatchExperience;
  /** Databricks did not respond, so that the others have not been read. `notBeforeMs`: when it wants to be asked again. */
  failure: { notBeforeMs: number | null } | null = null;
  /** Whether all that were due have had their turn. */
  isWhole = true;
  /** The lists of the plan that is being carried out, all together, and the runs that they have shown. */
  lists = { pages: 1, runs: 1 };
  readonly shown = new Set<WatchedRun>();
  /** What runs of the workspace are like, of whatever work. */
  readonly usual: DurationEstimate | null;
  readonly #entries: ReadonlyMap<WatchedRun, HeldEntry>;
  readonly #read = new Set<WatchedRun>();
  readonly #untilMs: number;

  /** `untilMs`: nothing more is begun after this, epoch ms. */
  constructor(
    { context, orchestrations, workspace }: Pick<DueReading, 'context' | 'orchestrations' | 'workspace'>,
    entries: readonly HeldEntry[],
    { experience, untilMs, isAwaited }: { experience: WatchExperience; untilMs: number; isAwaited: boolean },
  ) {
    this.context = context;
    this.orchestrations = orchestrations;
    this.workspace = workspace;
    this.experience = experience;
    this.isAwaited = isAwaited;
    this.usual = usualDuration(experience.recentEndsMs);
    this.#untilMs = untilMs;
    this.#entries = new Map(entries.map((entry) => [entry.run, entry]));
  }

  /** Whether the time for this reading is over; what is due still is read by the next one. */
  isLate(): boolean {
    if (this.context.now() < this.#untilMs) return false;
    this.isWhole = false;
    return true;
  }

  /** Whether the run has had its turn. */
  isRead(run: WatchedRun): boolean {
    return this.#read.has(run);
  }

  /** `to`: the run as it is watched from now on; `delayMs`: until it is due again, by its schedule if undefined. */
  move(from: WatchedRun, to: WatchedRun, delayMs?: number): void {
    this.#read.add(from);
    const entry = this.#entries.get(from);
    const nowMs = this.context.now();
    const ownMs = this.shown.has(from)
      ? nextListingAtMs(to, this.lists, nowMs, this.usual)
      : nextReadingAtMs(to, nowMs);
    const atMs = this.isAwaited ? awaitedReadingAtMs(to, ownMs, nowMs) : ownMs;
    const dueAtMs = delayMs === undefined ? atMs : nowMs + delayMs;
    // Of a run that has been notified of, nothing more is to be read unless its end is likely at some time.
    if (to.notifiedAtMs !== null && to.started && dueAtMs - nowMs >= NEVER_MS) return this.remove(from);
    if (entry !== undefined) this.moves.push({ from: entry, to: { run: to, dueAtMs } });
  }

  /** As `remove`, of a run that was seen to have ended. */
  end(run: WatchedRun): void {
    const durationMs = this.context.now() - run.submittedAtMs;
    const { recentEndsMs } = this.experience;
    const latest = [...recentEndsMs, durationMs].slice(-MAX_RECENT_ENDS);
    this.experience = { ...this.experience, recentEndsMs: latest };
    this.remove(run);
  }

  remove(run: WatchedRun): void {
    this.#read.add(run);
    const entry = this.#entries.get(run);
    if (entry !== undefined) this.moves.push({ from: entry, to: null });
  }

  /** A row that cannot be understood, or written, is left to the sweep; the others are read. */
  async isolated(run: WatchedRun, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.context.log.warn('run.read_failed', { run: run.key.id, error });
      this.move(run, run, REFUSED_AGAIN_MS);
    }
  }

  /** Notes that a run could not be read by itself, which may be for what it is, or because Databricks is away. */
  async failRun(error: unknown, stored: StoredRun, run: WatchedRun): Promise<void> {
    if (!(error instanceof AppError)) throw error;
    const { context } = this;
    if (error.retryable) this.failure ??= { notBeforeMs: error.retryAtMs(context.now()) };
    context.log.warn('run.read_failed', { run: run.key.id, error });
    await followStored(context, stored, run.runId, { page: pageOf({ error }) });
    // What is read next is new, whatever it is.
    this.move(run, { ...run, seen: '' }, error.retryable ? UNREAD_AGAIN_MS : REFUSED_AGAIN_MS);
  }

  /** Notes that a list could not be read; the rows of the runs say so after a minute. */
  async failList(error: unknown, runs: readonly WatchedRun[]): Promise<void> {
    if (!(error instanceof AppError)) throw error;
    const { context } = this;
    this.failure ??= { notBeforeMs: error.retryAtMs(context.now()) };
    context.log.warn('active_runs.list_failed', { workspace: this.workspace?.name, error });
    for (const run of runs) {
      if (this.isLate()) return;
      const stored = await context.ledger.get(run.key);
      if (stored !== undefined) await followStored(context, stored, run.runId, { page: pageOf({ error }) });
      // What is read next is new, whatever it is.
      const entry = this.#entries.get(run);
      if (entry !== undefined && run.seen !== '')
        this.moves.push({ from: entry, to: { ...entry, run: { ...run, seen: '' } } });
    }
  }
}
