import type { JobsClient } from './jobs.ts';
import { concurrentTasks } from '../domain/task-count.ts';

/** A job that is changed meanwhile is counted as it was until then; its run says how large it is. */
const KEPT_MS = 60_000;
const MAX_KEPT = 1_000;

/** An activity that waits keeps others from running. */
const CALL = { budgetMs: 5_000, timeoutMs: 20_000 };

/** How many task runs the saved jobs of a workspace are at once, asked once for many runs of the same job. */
export class JobSizes {
  readonly #jobs: JobsClient;
  readonly #now: () => number;
  readonly #known = new Map<string, { size: Promise<number>; untilMs: number }>();

  constructor(jobs: JobsClient, now: () => number) {
    this.#jobs = jobs;
    this.#now = now;
  }

  /** @throws the leaves of `DatabricksError` */
  of(jobId: string): Promise<number> {
    const known = this.#known.get(jobId);
    if (known !== undefined && this.#now() < known.untilMs) return known.size;
    const size = this.#read(jobId);
    this.#known.delete(jobId);
    this.#known.set(jobId, { size, untilMs: this.#now() + KEPT_MS });
    size.catch(() => this.#forget(jobId, size));
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KEPT && oldest !== undefined) this.#known.delete(oldest);
    return size;
  }

  async #read(jobId: string): Promise<number> {
    const { settings } = await this.#jobs.getJob(jobId, CALL);
    // A job of the old form, with one task, lists none.
    return Math.max(1, concurrentTasks(settings?.tasks ?? []));
  }

  #forget(jobId: string, size: Promise<number>): void {
    if (this.#known.get(jobId)?.size === size) this.#known.delete(jobId);
  }
}
