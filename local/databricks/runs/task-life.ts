import type { Clock } from '../clock.ts';
import { Deadline } from './deadline.ts';
import type { Executor } from './execution.ts';
import type { RunRecord, TaskRecord } from './record.ts';
import { endOf, terminating, timedOut, type Outcome } from './state.ts';

/** What one attempt of a task needs of its run, and reports to it. */
export interface AttemptSurroundings {
  clock: Clock;
  executor: Executor;
  newRunId(): number;
  changed(): void;
  started(): void;
  haltRun(): () => void;
  ended(): void;
}

/** An attempt that is under way. */
export interface AttemptLife {
  start(): void;
  /** Stops it; it ends with this outcome a moment later. */
  stop(outcome: Outcome): void;
  /** Ends its timers without ending it. */
  abandon(): void;
}

const TASK_CLEANUP_MS = 200;
/** How long a cancelled or overdue task takes to stop. */
const STOPPING_MS = 1_000;

/** One attempt of one task: compute, code, clean-up, and what cuts it short. */
export class TaskLife implements AttemptLife {
  readonly #task: TaskRecord;
  readonly #run: RunRecord;
  readonly #around: AttemptSurroundings;
  #deadline: Deadline | undefined;
  #interrupt: () => void = () => {};
  #ending = false;

  constructor(task: TaskRecord, run: RunRecord, around: AttemptSurroundings) {
    this.#task = task;
    this.#run = run;
    this.#around = around;
  }

  start(): void {
    const { clock, executor } = this.#around;
    const task = this.#task;
    const end = endOf(task.state);
    if (end !== undefined) {
      this.#end(end, task.cleanupMs);
      return;
    }
    task.startTime ||= clock.now();
    const limitSeconds = task.settings.timeout_seconds;
    if (limitSeconds !== undefined && limitSeconds > 0)
      this.#deadline = new Deadline(clock, task.startTime, limitSeconds * 1_000, () => this.stop(timedOut));
    if (task.executionStartTime === 0) task.state = { lifeCycle: 'PENDING', message: '', cancelledOrTimedOut: false };
    const compute = executor.acquireCompute(task, this.#run);
    if ('failure' in compute) {
      this.#end(compute.failure, 0);
      return;
    }
    if (compute.clusterId !== undefined) task.clusterId = compute.clusterId;
    this.#around.changed();
    task.readyAt ??= compute.readyAt;
    // After a restart of the emulator everything happens at its own time, as if there had been none.
    this.#interrupt = clock.at(task.executionStartTime || task.readyAt, () => this.#execute());
  }

  stop(outcome: Outcome): void {
    this.#end(outcome, STOPPING_MS);
  }

  abandon(): void {
    this.#ending = true;
    this.#interrupt();
    this.#deadline?.clear();
  }

  #execute(): void {
    const { clock, executor } = this.#around;
    const task = this.#task;
    let stopped = false;
    const stop = executor.execute(task, this.#run, {
      started: () => {
        if (this.#ending) return;
        const isResumed = task.executionStartTime > 0;
        task.executionStartTime ||= clock.now();
        task.setupMs = task.executionStartTime - task.startTime;
        task.state = { lifeCycle: 'RUNNING', message: 'In run', cancelledOrTimedOut: false };
        this.#around.changed();
        if (!isResumed) this.#around.started();
      },
      finished: (outcome) => this.#end(outcome, TASK_CLEANUP_MS),
      halt: () => {
        const releases = [this.#deadline?.halt(), this.#around.haltRun()];
        return () => releases.forEach((release) => release?.());
      },
    });
    this.#interrupt = () => {
      if (!stopped) stop();
      stopped = true;
    };
  }

  #end(outcome: Outcome, cleanupMs: number): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#interrupt();
    this.#deadline?.clear();
    const { clock, executor } = this.#around;
    const task = this.#task;
    const endsAt = task.state.endsAt ?? clock.now() + cleanupMs;
    task.cleanupMs = cleanupMs;
    task.state = terminating(outcome, endsAt);
    this.#around.changed();
    clock.at(endsAt, () => {
      task.endTime = clock.now();
      task.state = { ...outcome };
      executor.releaseCompute(task);
      this.#around.ended();
    });
  }
}
