import { z } from 'zod';
import { newId, type Id } from './ids.ts';
import { nameSchema, runSchema } from './runs/settings.ts';

/** The settings of a saved job. */
export const jobSchema = runSchema.extend({
  name: nameSchema.default('Untitled'),
  max_concurrent_runs: z.int().min(0).max(1_000).default(1),
  parameters: z.array(z.looseObject({ name: z.string(), default: z.unknown() })).optional(),
});

/** The settings of a saved job. */
export type JobSettings = z.output<typeof jobSchema>;

/** A saved job; times are epoch ms. */
export interface Job {
  jobId: number;
  createdTime: number;
  settings: JobSettings;
}

/** The saved jobs, found by id or by name (whatever its case). */
export class Jobs {
  readonly #jobs = new Map<Id, Job>();
  readonly #byName = new Map<string, Map<Id, Job>>();
  readonly #onChanged: (jobs: Job[]) => void;

  constructor(saved: Job[] = [], onChanged: (jobs: Job[]) => void = () => {}) {
    for (const job of saved) this.#add(job);
    this.#onChanged = onChanged;
  }

  get(jobId: Id): Job | undefined {
    return this.#jobs.get(jobId);
  }

  create(settings: JobSettings, nowMs: number): Job {
    const job: Job = { jobId: newId((id) => this.#jobs.has(id)), createdTime: nowMs, settings };
    this.#add(job);
    this.#onChanged([...this.#jobs.values()]);
    return job;
  }

  update(job: Job, settings: JobSettings): void {
    this.#remove(job);
    job.settings = settings;
    this.#add(job);
    this.#onChanged([...this.#jobs.values()]);
  }

  delete(job: Job): void {
    this.#remove(job);
    this.#onChanged([...this.#jobs.values()]);
  }

  /** All jobs, or those of a name, newest first. */
  list(name?: string): Job[] {
    const jobs = name === undefined ? this.#jobs : (this.#byName.get(name.toLowerCase()) ?? new Map<Id, Job>());
    return [...jobs.values()].sort((a, b) => b.createdTime - a.createdTime || b.jobId - a.jobId);
  }

  #add(job: Job): void {
    this.#jobs.set(job.jobId, job);
    const key = job.settings.name.toLowerCase();
    const namesakes = this.#byName.get(key) ?? new Map<Id, Job>();
    this.#byName.set(key, namesakes.set(job.jobId, job));
  }

  #remove(job: Job): void {
    this.#jobs.delete(job.jobId);
    this.#byName.get(job.settings.name.toLowerCase())?.delete(job.jobId);
  }
}
