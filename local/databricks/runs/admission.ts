import type { RunRecord } from './record.ts';

type QueueCode = 'ACTIVE_RUNS_LIMIT_REACHED' | 'MAX_CONCURRENT_RUNS_REACHED';

/** Which runs may be active at once: so many in the workspace, so many of each job. Queued runs start first come, first served. */
export class Admission {
  /** Databricks' own: 2,000 at once in a workspace. */
  maxConcurrentRuns = 2_000;
  readonly #active = new Set<RunRecord>();
  readonly #activeOfJob = new Map<number, number>();
  readonly #queued = new Set<RunRecord>();
  readonly #queuedOfJob = new Map<number, Set<RunRecord>>();
  readonly #start: (run: RunRecord) => void;

  constructor(start: (run: RunRecord) => void) {
    this.#start = start;
  }

  get activeCount(): number {
    return this.#active.size;
  }

  /** What keeps a run of this job from starting now, if anything. */
  obstacle(jobId: number, maxOfJob: number): QueueCode | undefined {
    if ((this.#activeOfJob.get(jobId) ?? 0) >= maxOfJob) return 'MAX_CONCURRENT_RUNS_REACHED';
    return this.#active.size >= this.maxConcurrentRuns ? 'ACTIVE_RUNS_LIMIT_REACHED' : undefined;
  }

  /** Starts the run now, or queues it and returns why. */
  enter(run: RunRecord): QueueCode | undefined {
    const obstacle = this.obstacle(run.jobId, run.maxConcurrentRuns);
    if (obstacle === undefined) this.#admit(run);
    else if (obstacle === 'ACTIVE_RUNS_LIMIT_REACHED') this.#queued.add(run);
    else {
      const queue = this.#queuedOfJob.get(run.jobId) ?? new Set();
      this.#queuedOfJob.set(run.jobId, queue.add(run));
    }
    return obstacle;
  }

  /** The run has ended, or is no longer wanted in the queue; who waits for its place starts. */
  leave(run: RunRecord): void {
    this.#queued.delete(run);
    const queueOfJob = this.#queuedOfJob.get(run.jobId);
    if (queueOfJob?.delete(run) === true && queueOfJob.size === 0) this.#queuedOfJob.delete(run.jobId);
    if (this.#active.delete(run)) {
      const left = (this.#activeOfJob.get(run.jobId) ?? 1) - 1;
      if (left > 0) this.#activeOfJob.set(run.jobId, left);
      else this.#activeOfJob.delete(run.jobId);
      const [next] = queueOfJob ?? [];
      if (next !== undefined) {
        queueOfJob?.delete(next);
        this.#queued.add(next);
      }
    }
    this.fill();
  }

  /** Starts queued runs while there is room. */
  fill(): void {
    for (const run of this.#queued) {
      if (this.#active.size >= this.maxConcurrentRuns) return;
      this.#queued.delete(run);
      this.#admit(run);
    }
  }

  #admit(run: RunRecord): void {
    this.#active.add(run);
    this.#activeOfJob.set(run.jobId, (this.#activeOfJob.get(run.jobId) ?? 0) + 1);
    this.#start(run);
  }
}
