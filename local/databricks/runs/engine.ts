import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import { Admission } from './admission.ts';
import { CreationWindow } from './creations.ts';
import type { Executor, RunEvent } from './execution.ts';
import { KeptRuns } from './kept-runs.ts';
import { RunLife } from './life.ts';
import { latestAttempts, newTask, nextAttempt, type Parameters, type RunRecord, type TaskRecord } from './record.ts';
import type { Records } from '../records.ts';
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
  readonly kept = new KeptRuns();
  readonly #clock: Clock;
  readonly #executor: Executor;
  readonly #records: Records | undefined;
  readonly #onEvent: (event: RunEvent, run: RunRecord, task?: TaskRecord) => void;
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

  /** The run that a token of `runs/submit` or `run-now` has made; `'deleted'` if it is gone. */
  runOfToken(key: string): RunRecord | 'deleted' | undefined {
    const runId = this.#tokens.get(key);
    return runId === undefined ? undefined : (this.kept.get(runId) ?? 'deleted');
  }

  /** Makes a run; it starts, queues, or is skipped where its job is at its limit and it may not queue. */
  create(options: NewRun): RunRecord {
    const runId = this.kept.newId();
    const now = this.#clock.now();
    const run: RunRecord = {
      runId,
      jobId: options.jobId ?? newId((id) => this.kept.ofJob(id) !== undefined),
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
    run.tasks = options.taskSettings.map((settings) => newTask(settings, this.kept.newId()));
    this.kept.keep(run);
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
    const repairId = newId((id) => this.kept.get(id) !== undefined);
    const settingsNow = new Map(
      settings.filter(({ task_key: key }) => taskKeys.has(key)).map((task) => [task.task_key, task]),
    );
    run.taskSettings = run.taskSettings.map((task) => settingsNow.get(task.task_key) ?? task);
    const attempts = [...latestAttempts(run).values()]
      .filter(({ taskKey }) => taskKeys.has(taskKey))
      .map((task) => nextAttempt(task, this.kept.newId(), settingsNow.get(task.taskKey)));
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
    this.kept.keep(run);
    this.#changed(run);
    this.#enter(run);
    return repairId;
  }

  delete(run: RunRecord): void {
    this.kept.remove(run);
    this.#records?.save('run', run.runId, undefined);
  }

  /** Calls back once when the run ends. */
  whenEnded(run: RunRecord, callback: () => void): void {
    this.#onEnded.set(run.runId, callback);
  }

  /** Takes up runs from disk: ended ones as they are, the others go on. */
  restore(runs: RunRecord[]): void {
    for (const run of runs) this.kept.keep(run);
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
      newRunId: () => this.kept.newId(run),
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
    this.kept.keep(run);
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
      if (run.endTime === endTime && this.kept.get(run.runId) === run) this.delete(run);
    });
  }

  #changed(run: RunRecord): void {
    this.#records?.save('run', run.runId, run);
  }
}
