import type { Clock } from '../clock.ts';
import { newId, type Id } from '../ids.ts';
import { Admission } from './admission.ts';
import { CreationWindow } from './creations.ts';
import type { Executor, RunEvent } from './execution.ts';
import { RunLife } from './life.ts';
import {
  latestAttempts,
  newTask,
  nextAttempt,
  taskRuns,
  type Parameters,
  type RunRecord,
  type TaskRecord,
} from './record.ts';
import type { Records } from '../records.ts';
import { RunList } from './run-list.ts';
import type { RunSettings, TaskSettings } from './settings.ts';
import { canceled, concurrencyExceeded, isTerminal, type Outcome } from './state.ts';

const DAY_MS = 86_400_000;
/** Databricks forgets a run after 60 days. */
const RETENTION_MS = 60 * DAY_MS;
/** And lets it queue for 48 hours. */
const MAX_QUEUE_MS = 2 * DAY_MS;

/** What a run is started with. */
export interface NewRun {
  jobId?: number;
  runType: RunRecord['runType'];
  trigger?: RunRecord['trigger'];
  runName: string;
  settings: RunSettings;
  taskSettings: TaskSettings[];
  parameters?: Parameters;
  maxConcurrentRuns?: number;
  idempotencyKey?: string | undefined;
}

/** All runs of the workspace. Every operation costs the same however many there are. */
export class RunEngine {
  readonly creations = new CreationWindow();
  readonly admission: Admission;
  readonly all = new RunList();
  readonly active = new RunList();
  readonly completed = new RunList();
  readonly #clock: Clock;
  readonly #executor: Executor;
  readonly #records: Records | undefined;
  readonly #onEvent: (event: RunEvent, run: RunRecord, task?: TaskRecord) => void;
  readonly #runs = new Map<Id, RunRecord>();
  readonly #runOfTask = new Map<Id, RunRecord>();
  readonly #ofJob = new Map<Id, RunList>();
  readonly #lives = new Map<number, RunLife>();
  readonly #tokens: Map<string, number>;
  readonly #onEnded = new Map<number, () => void>();

  constructor(options: {
    clock: Clock;
    executor: Executor;
    records?: Records | undefined;
    /** The runs by the tokens that made them; deleted runs too. */
    tokens: Map<string, number>;
    onEvent: (event: RunEvent, run: RunRecord, task?: TaskRecord) => void;
  }) {
    this.#clock = options.clock;
    this.#executor = options.executor;
    this.#records = options.records;
    this.#tokens = options.tokens;
    this.#onEvent = options.onEvent;
    this.admission = new Admission((run) => this.#begin(run));
  }

  run(runId: Id): RunRecord | undefined {
    return this.#runs.get(runId);
  }

  /** The run that a task run belongs to. */
  runOfTask(taskRunId: Id): RunRecord | undefined {
    return this.#runOfTask.get(taskRunId);
  }

  runsOfJob(jobId: Id): RunList | undefined {
    return this.#ofJob.get(jobId);
  }

  /** The run that a token of `runs/submit` or `run-now` has made; `'deleted'` if it is gone. */
  runOfToken(key: string): RunRecord | 'deleted' | undefined {
    const runId = this.#tokens.get(key);
    return runId === undefined ? undefined : (this.#runs.get(runId) ?? 'deleted');
  }

  /** Makes a run; it starts, queues, or is skipped where its job is at its limit and it may not queue. */
  create(options: NewRun): RunRecord {
    const runId = this.#newRunId();
    const now = this.#clock.now();
    const run: RunRecord = {
      runId,
      jobId: options.jobId ?? newId((id) => this.#ofJob.has(id)),
      runType: options.runType,
      trigger: options.trigger ?? 'ONE_TIME',
      runName: options.runName,
      settings: options.settings,
      taskSettings: options.taskSettings,
      parameters: options.parameters ?? { job: {}, notebook: {} },
      maxConcurrentRuns: options.maxConcurrentRuns ?? 1,
      state: { lifeCycle: 'PENDING', message: '', cancelledOrTimedOut: false },
      startTime: now,
      queueMs: 0,
      endTime: 0,
      tasks: [],
      repairs: [],
      ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    };
    run.tasks = options.taskSettings.map((settings) => newTask(settings, this.#newRunId()));
    this.#keep(run);
    if (run.idempotencyKey !== undefined) this.#tokens.set(run.idempotencyKey, run.runId);
    this.#changed(run);
    this.#enter(run);
    return run;
  }

  /** Asynchronous; a finished run keeps its result. */
  cancel(run: RunRecord): void {
    if (run.state.lifeCycle === 'QUEUED') this.#endQueued(run, canceled);
    else this.#lives.get(run.runId)?.cancel();
  }

  cancelTask(run: RunRecord, taskRunId: number): void {
    if (run.state.lifeCycle === 'QUEUED') this.#endQueued(run, canceled);
    else this.#lives.get(run.runId)?.cancelTask(taskRunId);
  }

  /** Runs tasks of an ended run again, as further attempts in the same run, by the settings that its job has now. */
  repair(
    run: RunRecord,
    taskKeys: ReadonlySet<string>,
    { parameters, settings = [] }: { parameters: Parameters | undefined; settings?: TaskSettings[] | undefined },
  ): number {
    const now = this.#clock.now();
    if (run.repairs.length === 0)
      run.repairs.push({
        startTime: run.startTime,
        endTime: run.endTime,
        state: run.state,
        taskRunIds: run.tasks.map(({ runId }) => runId),
      });
    const repairId = newId((id) => this.#runs.has(id));
    const settingsNow = new Map(
      settings.filter(({ task_key: key }) => taskKeys.has(key)).map((task) => [task.task_key, task]),
    );
    run.taskSettings = run.taskSettings.map((task) => settingsNow.get(task.task_key) ?? task);
    const attempts = [...latestAttempts(run).values()]
      .filter(({ taskKey }) => taskKeys.has(taskKey))
      .map((task) => nextAttempt(task, this.#newRunId(), settingsNow.get(task.taskKey)));
    run.repairs.push({
      id: repairId,
      startTime: now,
      endTime: 0,
      state: run.state,
      taskRunIds: attempts.map(({ runId }) => runId),
    });
    run.tasks.push(...attempts);
    run.endTime = 0;
    if (parameters !== undefined) run.parameters = parameters;
    this.#keep(run);
    this.#changed(run);
    this.#enter(run);
    return repairId;
  }

  delete(run: RunRecord): void {
    this.#runs.delete(run.runId);
    for (const task of taskRuns(run)) this.#runOfTask.delete(task.runId);
    this.all.remove(run);
    this.active.remove(run);
    this.completed.remove(run);
    const ofJob = this.#ofJob.get(run.jobId);
    ofJob?.remove(run);
    if (ofJob?.size === 0) this.#ofJob.delete(run.jobId);
    this.#records?.save('run', run.runId, undefined);
  }

  /** Calls back once when the run ends. */
  whenEnded(run: RunRecord, callback: () => void): void {
    this.#onEnded.set(run.runId, callback);
  }

  /** Takes up runs from disk: ended ones as they are, the others go on. */
  restore(runs: RunRecord[]): void {
    for (const run of runs) this.#keep(run);
    for (const run of runs) if (isTerminal(run.state)) this.#expire(run);
    // Those at work keep their places before those that wait for one.
    for (const run of runs) if (!isTerminal(run.state) && run.activeSince !== undefined) this.#enter(run);
    for (const run of runs) if (!isTerminal(run.state) && run.activeSince === undefined) this.#enter(run);
  }

  stop(): void {
    for (const life of this.#lives.values()) life.abandon();
    this.#lives.clear();
  }

  #enter(run: RunRecord): void {
    const queueCode = this.admission.enter(run);
    if (queueCode === undefined) return;
    if (queueCode === 'MAX_CONCURRENT_RUNS_REACHED' && run.settings.queue?.enabled !== true) {
      this.#endQueued(run, concurrencyExceeded);
      return;
    }
    run.state = { lifeCycle: 'QUEUED', message: '', cancelledOrTimedOut: false, queueCode };
    for (const task of run.tasks) if (!isTerminal(task.state)) task.state = { ...run.state };
    this.#changed(run);
    this.#clock.at(run.startTime + MAX_QUEUE_MS, () => {
      if (run.state.lifeCycle === 'QUEUED') this.#endQueued(run, concurrencyExceeded);
    });
  }

  #begin(run: RunRecord): void {
    if (run.state.lifeCycle === 'QUEUED')
      run.queueMs += this.#clock.now() - (run.repairs.at(-1)?.startTime ?? run.startTime);
    for (const task of run.tasks) {
      if (isTerminal(task.state) || run.activeSince !== undefined) continue;
      const isBlocked = (task.settings.depends_on?.length ?? 0) > 0;
      task.state = { lifeCycle: isBlocked ? 'BLOCKED' : 'PENDING', message: '', cancelledOrTimedOut: false };
    }
    const life = new RunLife(run, {
      clock: this.#clock,
      executor: this.#executor,
      newRunId: () => this.#newRunId(run),
      changed: (changed) => this.#changed(changed),
      happened: this.#onEvent,
      ended: () => this.#ended(run),
    });
    this.#lives.set(run.runId, life);
    life.start();
  }

  #endQueued(run: RunRecord, how: Outcome): void {
    const now = this.#clock.now();
    run.queueMs = now - run.startTime;
    run.endTime = now;
    run.state = { ...how };
    for (const task of run.tasks) {
      if (isTerminal(task.state)) continue;
      task.state = { ...how };
      task.startTime ||= now;
      task.endTime = now;
    }
    this.#onEvent('failure', run);
    this.#ended(run);
  }

  #ended(run: RunRecord): void {
    this.#lives.delete(run.runId);
    delete run.activeSince;
    const repair = run.repairs.at(-1);
    if (repair !== undefined) {
      repair.endTime = run.endTime;
      repair.state = run.state;
    }
    this.all.place(run);
    this.#ofJob.get(run.jobId)?.place(run);
    this.active.remove(run);
    this.completed.place(run);
    this.#changed(run);
    this.#expire(run);
    this.admission.leave(run);
    const callback = this.#onEnded.get(run.runId);
    this.#onEnded.delete(run.runId);
    callback?.();
  }

  #expire(run: RunRecord): void {
    const { endTime } = run;
    this.#clock.at(endTime + RETENTION_MS, () => {
      if (run.endTime === endTime && this.#runs.get(run.runId) === run) this.delete(run);
    });
  }

  #keep(run: RunRecord): void {
    this.#runs.set(run.runId, run);
    for (const task of taskRuns(run)) this.#runOfTask.set(task.runId, run);
    this.all.place(run);
    const ofJob = this.#ofJob.get(run.jobId) ?? new RunList();
    this.#ofJob.set(run.jobId, ofJob);
    ofJob.place(run);
    if (isTerminal(run.state) && run.endTime > 0) this.completed.place(run);
    else {
      this.completed.remove(run);
      this.active.place(run);
    }
  }

  #changed(run: RunRecord): void {
    this.#records?.save('run', run.runId, run);
  }

  #newRunId(run?: RunRecord): number {
    const id = newId((taken) => this.#runs.has(taken) || this.#runOfTask.has(taken));
    if (run !== undefined) this.#runOfTask.set(id, run);
    return id;
  }
}
