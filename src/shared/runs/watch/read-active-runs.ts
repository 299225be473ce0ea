import type { AppContext, Workspace } from '../../context.ts';
import { UnknownWorkspaceError } from '../../config/unknown-workspace-error.ts';
import { afterNamedTime } from '../../domain/named-delay.ts';
import { NO_EXPERIENCE, type WatchExperience } from '../../domain/watch-experience.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import type { WatcherMark } from '../../ledger/watch-index.ts';
import type { Activities } from '../../workflow/activities.ts';
import { backOffMs } from '../../workflow/back-off.ts';
import { Estimates } from './estimates.ts';
import { hasWaitingRuns } from '../admission/has-waiting-runs.ts';
import type { LocalWatcher, WatcherRates } from '../../durable/local-watchers.ts';
import { readDueRuns } from './read-due-runs.ts';
import { WatchList } from './watch-list.ts';

type Step = Activities['read-active-runs'];

/**
 * What comes due is waited for here: a timer and another activity are two executions and some twenty requests to storage.
 * An activity begins nothing after `lastsMs`, and waits no longer than `waitMs` at a time. A crash costs what any
 * activity's crash costs, a minute.
 */
const LONG = { lastsMs: 25 * 60_000, waitMs: Infinity };
const SHORT = { lastsMs: 30_000, waitMs: 7_000 };

/** A reading of more goes on in the next round, which has new runs, too. */
const READING_LASTS_MS = 15_000;

/** Of a longer wait the mark says until when it is: whoever adds a run that is due sooner says so. */
const UNANNOUNCED_MS = 10_000;
/** The mark is written so often at least: by that it is seen that this watcher lives, and here that no other has come. */
const MARKED_EVERY_MS = 30_000;

/** Runs that are due within a moment are read together. */
const TOGETHER_MS = 400;

/** From the beginning of one round to that of the next. */
const MIN_ROUND_MS = 1_000;
/** Where others wait for the places of the runs, which are few then, or of which few end at a time. */
const AWAITED_ROUND_MS = 250;
const UNREAD_AGAIN_MS = 10_000;

/**
 * Reads the active runs of a workspace that are due, and what comes due while it stays, and says when to read again. Whatever
 * ends it, nothing is lost: an entry that has not been moved is due.
 */
export async function readActiveRuns(
  context: AppContext,
  input: Step['input'],
  orchestrations: RunOrchestrations,
): Promise<Step['output']> {
  const { workspace, turn } = input;
  const mark = await context.watchIndex.mark(workspace);
  if (mark?.turn !== turn) return { kind: 'over' };
  const local = context.watchers.begin(workspace);
  try {
    return await new ActiveRunsReader(context, orchestrations, { input, mark, local }).read();
  } finally {
    local.end();
  }
}

class ActiveRunsReader {
  readonly #context: AppContext;
  readonly #orchestrations: RunOrchestrations;
  readonly #name: string;
  readonly #workspace: Workspace | undefined;
  readonly #local: LocalWatcher;
  readonly #list: WatchList;
  readonly #estimates: Estimates;
  readonly #rates: WatcherRates;
  readonly #untilMs: number;
  readonly #waitMs: number;
  #mark: WatcherMark;
  #experience: WatchExperience;
  #unread: number;
  /** Others wait for the places of the runs. */
  #isAwaited = false;

  constructor(
    context: AppContext,
    orchestrations: RunOrchestrations,
    { input, mark, local }: { input: Step['input']; mark: WatcherMark; local: LocalWatcher },
  ) {
    const { lastsMs, waitMs } = local.isLong ? LONG : SHORT;
    this.#context = context;
    this.#orchestrations = orchestrations;
    this.#name = input.workspace;
    this.#workspace = workspaceOf(context, input.workspace);
    this.#local = local;
    this.#list = new WatchList(context.watchIndex, input.workspace, context.now);
    this.#estimates = new Estimates(context, input.workspace);
    this.#rates = context.watchers.rates(input.workspace, context);
    this.#untilMs = context.now() + lastsMs;
    this.#waitMs = waitMs;
    this.#mark = mark;
    this.#experience = input.experience ?? NO_EXPERIENCE;
    this.#unread = input.unread;
  }

  async read(): Promise<Step['output']> {
    const context = this.#context;
    let isFresh = false;
    for (;;) {
      const begunAtMs = context.now();
      const isWoken = this.#local.takeWake();
      if (isWoken || !isFresh) await this.#list.refresh(isWoken);
      const roundAtMs = await this.#round();
      // Those that have taken over places came after the entries were read.
      const nextAtMs = Math.min(roundAtMs ?? Infinity, this.#local.wokenForMs);
      if (nextAtMs === Infinity) return this.#finish(null);
      await this.#list.deleteRemoved();
      const leftMs = nextAtMs - context.now();
      if (this.#local.isOver) return this.#again(nextAtMs);
      if (nextAtMs > this.#untilMs || leftMs > this.#waitMs) return this.#finish(nextAtMs);
      isFresh = leftMs > UNANNOUNCED_MS;
      const isLatest = isFresh ? await this.#announce(nextAtMs) : await this.#keepMark();
      if (!isLatest) return this.#superseded();
      const { now, sleep } = context;
      await this.#local.sleepUntil(isFresh ? (this.#list.nextAtMs() ?? nextAtMs) : nextAtMs, {
        leastMs: begunAtMs + (this.#isAwaited ? AWAITED_ROUND_MS : MIN_ROUND_MS),
        now,
        sleep,
      });
    }
  }

  /** Reads what is due now. Returns when to read again, epoch ms; null where there is nothing more to read. */
  async #round(): Promise<number | null> {
    const context = this.#context;
    const entries = await this.#estimates.refresh(this.#list.entries);
    const dueUntilMs = context.now() + TOGETHER_MS;
    if (!entries.some(({ dueAtMs }) => dueAtMs <= dueUntilMs)) return this.#list.nextAtMs();
    this.#isAwaited = await hasWaitingRuns(context, this.#orchestrations, this.#name);
    const read = await readDueRuns(context, this.#orchestrations, this.#workspace, entries, {
      experience: this.#experience,
      dueUntilMs,
      unread: this.#unread,
      isAwaited: this.#isAwaited,
      untilMs: context.now() + READING_LASTS_MS,
      rates: this.#rates,
    });
    this.#experience = read.experience;
    this.#unread = read.failure === null ? 0 : this.#unread + 1;
    this.#list.move(read.moves);
    if (read.failure !== null) return failedAtMs(read.failure, this.#unread, context.now());
    return read.isWhole ? this.#list.nextAtMs() : context.now();
  }

  /** Says until when nothing is read, and looks then for runs that came meanwhile: whoever adds one reads the mark after. */
  async #announce(nextAtMs: number): Promise<boolean> {
    const isWritten = await this.#writeMark(nextAtMs);
    if (isWritten) await this.#list.refresh(true);
    return isWritten;
  }

  async #keepMark(): Promise<boolean> {
    const nowMs = this.#context.now();
    return nowMs - this.#mark.writtenAtMs < MARKED_EVERY_MS || this.#writeMark(nowMs);
  }

  /** Returns false where somebody else has written it: another execution of this activity, or another watcher. */
  async #writeMark(nextAtMs: number): Promise<boolean> {
    const mark = { turn: this.#mark.turn, nextAtMs, writtenAtMs: this.#context.now(), isStarting: false };
    const written = await this.#context.watchIndex.replaceMark(this.#name, this.#mark, mark);
    if (written !== undefined) this.#mark = written;
    return written !== undefined;
  }

  /** As `#announce`, for what reads next. From here on this process does not take this activity for one that reads. */
  async #finish(nextAtMs: number | null): Promise<Step['output']> {
    const context = this.#context;
    this.#local.end();
    const mark = { turn: this.#mark.turn, nextAtMs, writtenAtMs: context.now(), isStarting: false };
    const moves = this.#list.unwritten();
    if (!(await context.watchIndex.replaceMarkAndMove(this.#name, this.#mark, mark, moves))) return this.#superseded();
    const [first] = await context.watchIndex.list(this.#name, { max: 1 });
    const dueAtMs = Math.min(first?.dueAtMs ?? Infinity, nextAtMs ?? Infinity);
    if (dueAtMs === Infinity) return { kind: 'over' };
    // The next activity waits for what is due, where it may.
    return this.#again(this.#local.isLong ? context.now() : dueAtMs);
  }

  async #superseded(): Promise<Step['output']> {
    const current = await this.#context.watchIndex.mark(this.#name);
    return current?.turn === this.#mark.turn ? this.#again(this.#context.now()) : { kind: 'over' };
  }

  #again(nextAtMs: number): Step['output'] {
    return { kind: 'read', nextAtMs, experience: this.#experience, unread: this.#unread };
  }
}

function workspaceOf(context: AppContext, name: string): Workspace | undefined {
  try {
    return context.workspace(name);
  } catch (error) {
    if (error instanceof UnknownWorkspaceError) return undefined;
    throw error;
  }
}

/** Never before the time that Databricks has named. */
function failedAtMs({ notBeforeMs }: { notBeforeMs: number | null }, unread: number, nowMs: number): number {
  const againMs = nowMs + Math.min(backOffMs(unread - 1), UNREAD_AGAIN_MS);
  return notBeforeMs === null ? againMs : Math.max(againMs, afterNamedTime(notBeforeMs));
}
