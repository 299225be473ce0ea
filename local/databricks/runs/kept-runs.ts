import { newId, type Id } from '../ids.ts';
import { taskRuns, type RunRecord } from './record.ts';
import { RunList } from './run-list.ts';
import { isTerminal } from './state.ts';

/** The runs that the workspace knows, by what they are asked for by. Every operation costs the same however many there are. */
export class KeptRuns {
  readonly all = new RunList();
  readonly active = new RunList();
  readonly completed = new RunList();
  readonly #runs = new Map<Id, RunRecord>();
  readonly #runOfTask = new Map<Id, RunRecord>();
  readonly #ofJob = new Map<Id, RunList>();

  get(runId: Id): RunRecord | undefined {
    return this.#runs.get(runId);
  }

  /** The run that a task run belongs to. */
  ofTask(taskRunId: Id): RunRecord | undefined {
    return this.#runOfTask.get(taskRunId);
  }

  ofJob(jobId: Id): RunList | undefined {
    return this.#ofJob.get(jobId);
  }

  /** Adds a run, or places it anew where it has changed. */
  keep(run: RunRecord): void {
    this.#runs.set(run.runId, run);
    for (const task of taskRuns(run)) this.#runOfTask.set(task.runId, run);
    const ofJob = this.#ofJob.get(run.jobId) ?? new RunList();
    this.#ofJob.set(run.jobId, ofJob);
    ofJob.place(run);
    this.all.place(run);
    if (isTerminal(run.state) && run.endTime > 0) {
      this.active.remove(run);
      this.completed.place(run);
    } else {
      this.completed.remove(run);
      this.active.place(run);
    }
  }

  remove(run: RunRecord): void {
    this.#runs.delete(run.runId);
    for (const task of taskRuns(run)) this.#runOfTask.delete(task.runId);
    this.all.remove(run);
    this.active.remove(run);
    this.completed.remove(run);
    const ofJob = this.#ofJob.get(run.jobId);
    ofJob?.remove(run);
    if (ofJob?.size === 0) this.#ofJob.delete(run.jobId);
  }

  /** An id that no run and no task run has; it is that of a task run of `run` from now on, where one is given. */
  newId(run?: RunRecord): number {
    const id = newId((taken) => this.#runs.has(taken) || this.#runOfTask.has(taken));
    if (run !== undefined) this.#runOfTask.set(id, run);
    return id;
  }
}
