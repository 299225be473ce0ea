import type { Clock } from '../clock.ts';
import { Deadline } from './deadline.ts';
import { disabled, readiness, runOutcome } from './dependencies.ts';
import type { Executor, RunEvent } from './execution.ts';
import { latestAttempts, nextAttempt, type RunRecord, type TaskRecord } from './record.ts';
import type { TaskSettings } from './settings.ts';
import { canceled, endOf, isTerminal, terminating, timedOut, type Outcome } from './state.ts';
import { ForEachLife } from './for-each-life.ts';
import { TaskLife, type AttemptLife, type AttemptSurroundings } from './task-life.ts';

/** What the life of a run needs and reports. */
export interface Surroundings {
  clock: Clock;
  executor: Executor;
  newRunId(): number;
  /** The record has changed. */
  changed(run: RunRecord): void;
  happened(event: RunEvent, run: RunRecord, task?: TaskRecord): void;
  ended(run: RunRecord): void;
}

const RUN_CLEANUP_MS = 100;

/** One run from the moment it leaves the queue until it ends: its tasks in order, its time limit, its cancellation. */
export class RunLife {
  readonly run: RunRecord;
  readonly #around: Surroundings;
  readonly #tasks = new Map<number, AttemptLife>();
  readonly #dependents = new Map<string, TaskSettings[]>();
  readonly #waitingFor = new Map<string, number>();
  readonly #latest: Map<string, TaskRecord>;
  #unfinished = 0;
  #deadline: Deadline | undefined;
  #ending: Outcome | undefined;
  #callOffWarning: (() => void) | undefined;

  constructor(run: RunRecord, around: Surroundings) {
    this.run = run;
    this.#around = around;
    this.#latest = latestAttempts(run);
  }

  /**
   * Starts every task that waits for no other. Tasks that have ended already, as before a repair, stay as they are; a run
   * that was at work when the emulator ended goes on where it stood.
   */
  start(): void {
    const { clock } = this.#around;
    const { run } = this;
    const isResumed = run.activeSince !== undefined;
    run.activeSince ??= clock.now();
    this.#ending = endOf(run.state);
    if (!isResumed) this.#enter('PENDING');
    const limitSeconds = run.settings.timeout_seconds ?? 0;
    if (limitSeconds > 0 && this.#ending === undefined)
      this.#deadline = new Deadline(clock, run.activeSince, limitSeconds * 1_000, () => this.#stop(timedOut));
    this.#warnOfDuration();
    if (!isResumed) this.#around.happened('start', run);

    const pending = run.taskSettings.filter(({ task_key }) => {
      const task = this.#latest.get(task_key);
      return task === undefined || !isTerminal(task.state);
    });
    const pendingKeys = new Set(pending.map(({ task_key }) => task_key));
    this.#unfinished = pending.length;
    for (const settings of pending) {
      const awaited = new Set(
        settings.depends_on?.map(({ task_key }) => task_key).filter((key) => pendingKeys.has(key)),
      );
      this.#waitingFor.set(settings.task_key, awaited.size);
      for (const key of awaited) {
        const dependents = this.#dependents.get(key) ?? [];
        dependents.push(settings);
        this.#dependents.set(key, dependents);
      }
    }
    for (const settings of pending) if (this.#waitingFor.get(settings.task_key) === 0) this.#admit(settings);
    if (pending.length === 0) this.#finish();
  }

  /** Asynchronous, as in Databricks: the tasks stop first. */
  cancel(): void {
    this.#stop(canceled);
  }

  cancelTask(taskRunId: number): void {
    const task = this.#tasks.get(taskRunId);
    if (task !== undefined) task.stop(canceled);
    else
      for (const record of this.run.tasks)
        if (record.runId === taskRunId && !isTerminal(record.state)) this.#settle(record, canceled);
  }

  /** Ends all timers without ending the run. */
  abandon(): void {
    for (const task of this.#tasks.values()) task.abandon();
    this.#deadline?.clear();
    this.#callOffWarning?.();
  }

  #enter(lifeCycle: RunRecord['state']['lifeCycle']): void {
    this.run.state = { lifeCycle, message: '', cancelledOrTimedOut: false };
    this.#around.changed(this.run);
  }

  #admit(settings: TaskSettings): void {
    const record = this.#latest.get(settings.task_key);
    if (record === undefined || isTerminal(record.state)) return;
    if (endOf(record.state) !== undefined) {
      this.#begin(record);
      return;
    }
    // Once the run is to end nothing starts any more, not even what runs after failures.
    const ready = this.#ending ?? (settings.disabled === true ? disabled : readiness(settings, this.#latest));
    if (ready !== 'run') this.#settle(record, ready);
    else if (record.state.lifeCycle === 'WAITING_FOR_RETRY') this.#beginLater(record);
    else this.#begin(record);
  }

  #beginLater(next: TaskRecord): void {
    const { clock } = this.#around;
    const failed = this.run.tasks.findLast(
      ({ taskKey, attemptNumber }) => taskKey === next.taskKey && attemptNumber === next.attemptNumber - 1,
    );
    clock.at((failed?.endTime ?? clock.now()) + (next.settings.min_retry_interval_millis ?? 0), () => {
      if (!isTerminal(next.state)) this.#begin(next);
    });
  }

  #begin(record: TaskRecord): void {
    const around: AttemptSurroundings = {
      clock: this.#around.clock,
      executor: this.#around.executor,
      newRunId: () => this.#around.newRunId(),
      changed: () => this.#around.changed(this.run),
      started: () => {
        if (this.run.state.lifeCycle === 'PENDING') this.#enter('RUNNING');
        this.#around.happened('start', this.run, record);
      },
      haltRun: () => this.#deadline?.halt() ?? (() => {}),
      ended: () => {
        this.#tasks.delete(record.runId);
        this.#after(record);
      },
    };
    const Life = record.settings.for_each_task !== undefined ? ForEachLife : TaskLife;
    const life = new Life(record, this.run, around);
    this.#tasks.set(record.runId, life);
    life.start();
  }

  /** Ends a task that never ran. */
  #settle(record: TaskRecord, outcome: Outcome): void {
    const now = this.#around.clock.now();
    record.startTime ||= now;
    record.endTime = now;
    record.state = { ...outcome };
    this.#after(record);
  }

  #after(record: TaskRecord): void {
    this.#around.changed(this.run);
    const event = record.state.result?.startsWith('SUCCESS') === true ? 'success' : 'failure';
    if (record.executionStartTime > 0) this.#around.happened(event, this.run, record);
    if (this.#ending === undefined && this.#retry(record)) return;
    this.#unfinished--;
    for (const dependent of this.#dependents.get(record.taskKey) ?? []) {
      const left = (this.#waitingFor.get(dependent.task_key) ?? 1) - 1;
      this.#waitingFor.set(dependent.task_key, left);
      if (left === 0) this.#admit(dependent);
    }
    if (this.#unfinished === 0) this.#finish();
  }

  /** Another attempt of a failed task, where its settings ask for it: a new task run under the same key. */
  #retry(record: TaskRecord): boolean {
    const { max_retries = 0, retry_on_timeout = false } = record.settings;
    const { result } = record.state;
    const isRetried = result === 'FAILED' || (result === 'TIMEDOUT' && retry_on_timeout);
    const retriesSoFar = record.attemptNumber;
    if (!isRetried || (max_retries !== -1 && retriesSoFar >= max_retries)) return false;
    const next = nextAttempt(record, this.#around.newRunId());
    next.state = { lifeCycle: 'WAITING_FOR_RETRY', message: '', cancelledOrTimedOut: false };
    this.run.tasks.push(next);
    this.#latest.set(record.taskKey, next);
    this.#around.changed(this.run);
    this.#beginLater(next);
    return true;
  }

  #stop(outcome: Outcome): void {
    if (this.#ending !== undefined || isTerminal(this.run.state)) return;
    this.#ending = outcome;
    this.#deadline?.clear();
    this.run.state = terminating(outcome);
    this.#around.changed(this.run);
    for (const record of this.#latest.values()) {
      if (isTerminal(record.state)) continue;
      const life = this.#tasks.get(record.runId);
      if (life !== undefined) life.stop(outcome);
      else this.#settle(record, outcome);
    }
  }

  #finish(): void {
    const outcome = this.#ending ?? runOutcome(this.run.taskSettings, this.#latest);
    const { clock } = this.#around;
    const endsAt = this.run.state.endsAt ?? clock.now() + RUN_CLEANUP_MS;
    if (this.#ending === undefined) this.run.state = terminating(outcome, endsAt);
    this.#ending = outcome;
    this.#deadline?.clear();
    this.#callOffWarning?.();
    this.#around.changed(this.run);
    clock.at(endsAt, () => {
      this.run.state = { ...outcome };
      this.run.endTime = clock.now();
      this.#around.changed(this.run);
      this.#around.happened(outcome.result.startsWith('SUCCESS') ? 'success' : 'failure', this.run);
      this.#around.ended(this.run);
    });
  }

  #warnOfDuration(): void {
    const { clock } = this.#around;
    const rule = this.run.settings.health?.rules?.find(({ metric }) => metric === 'RUN_DURATION_SECONDS');
    if (rule === undefined) return;
    const dueMs = this.run.startTime + rule.value * 1_000;
    // A run that goes on after a restart has notified of its start before, or is too late to.
    if (dueMs < clock.now()) return;
    this.#callOffWarning = clock.at(dueMs, () =>
      this.#around.happened('duration_warning_threshold_exceeded', this.run),
    );
  }
}
