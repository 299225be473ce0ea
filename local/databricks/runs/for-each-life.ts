import { resolveReferences } from '../tasks/parameters.ts';
import { Deadline } from './deadline.ts';
import { newTask, type RunRecord, type TaskRecord } from './record.ts';
import {
  endOf,
  failedBeforeStart,
  isTerminal,
  succeeded,
  terminating,
  timedOut,
  userCodeFailed,
  type Outcome,
} from './state.ts';
import { TaskLife, type AttemptLife, type AttemptSurroundings } from './task-life.ts';

/** One attempt of a for-each task: its inner task for every input, so many at a time. */
export class ForEachLife implements AttemptLife {
  readonly #task: TaskRecord;
  readonly #run: RunRecord;
  readonly #around: AttemptSurroundings;
  readonly #active = new Map<TaskRecord, TaskLife>();
  #deadline: Deadline | undefined;
  #ending: Outcome | undefined;

  constructor(task: TaskRecord, run: RunRecord, around: AttemptSurroundings) {
    this.#task = task;
    this.#run = run;
    this.#around = around;
  }

  start(): void {
    const { clock } = this.#around;
    const task = this.#task;
    const { for_each_task: forEach, timeout_seconds: limitSeconds } = task.settings;
    this.#ending = endOf(task.state);
    if (this.#ending !== undefined) {
      this.#stopping();
      return;
    }
    const isResumed = task.executionStartTime > 0;
    task.startTime ||= clock.now();
    if (limitSeconds !== undefined && limitSeconds > 0)
      this.#deadline = new Deadline(clock, task.startTime, limitSeconds * 1_000, () => this.stop(timedOut));
    task.executionStartTime ||= task.startTime;
    task.state = { lifeCycle: 'RUNNING', message: 'In run', cancelledOrTimedOut: false };
    if (!isResumed) this.#around.started();
    const inputs = parseInputs(resolveReferences(forEach?.inputs ?? '', task, this.#run));
    if (inputs === undefined || forEach === undefined) {
      this.#ending = failedBeforeStart(
        'INVALID_RUN_CONFIGURATION',
        'The inputs of the for-each task are not a JSON array.',
      );
      this.#end();
      return;
    }
    task.iterations ??= inputs.map((input) => Object.assign(newTask(forEach.task, this.#around.newRunId()), { input }));
    this.#next();
  }

  stop(outcome: Outcome): void {
    if (this.#ending !== undefined) return;
    this.#ending = outcome;
    this.#task.state = terminating(outcome);
    this.#around.changed();
    for (const life of this.#active.values()) life.stop(outcome);
    if (this.#active.size === 0) this.#end();
  }

  /** Iterations that were about to end when the emulator did: they end, and no other begins. */
  #stopping(): void {
    for (const iteration of this.#task.iterations ?? [])
      if (endOf(iteration.state) !== undefined) this.#begin(iteration);
    if (this.#active.size === 0) this.#end();
  }

  abandon(): void {
    for (const life of this.#active.values()) life.abandon();
    this.#deadline?.clear();
  }

  #next(): void {
    const concurrency = this.#task.settings.for_each_task?.concurrency ?? 1;
    for (const iteration of this.#task.iterations ?? []) {
      if (this.#ending !== undefined || this.#active.size >= concurrency) break;
      if (!isTerminal(iteration.state) && !this.#active.has(iteration)) this.#begin(iteration);
    }
    if (this.#active.size === 0) this.#end();
  }

  #begin(iteration: TaskRecord): void {
    const life = new TaskLife(iteration, this.#run, {
      ...this.#around,
      started: () => {},
      ended: () => {
        this.#active.delete(iteration);
        this.#around.changed();
        this.#next();
      },
    });
    this.#active.set(iteration, life);
    life.start();
  }

  #end(): void {
    this.#deadline?.clear();
    const task = this.#task;
    const allSucceeded = task.iterations?.every(({ state }) => state.result === 'SUCCESS');
    task.state = { ...(this.#ending ?? (allSucceeded === true ? succeeded : userCodeFailed)) };
    task.endTime = this.#around.clock.now();
    this.#around.ended();
  }
}

function parseInputs(text: string): unknown[] | undefined {
  try {
    const inputs: unknown = JSON.parse(text);
    return Array.isArray(inputs) ? inputs : undefined;
  } catch {
    return undefined;
  }
}
