import type { AppContext } from '../../context.ts';
import { isLearned, type DurationEstimate } from '../../domain/poll-schedule.ts';
import type { WatchEntry } from '../../ledger/watch-index.ts';

const READ_AGAIN_MS = 3_000;
const MAX_KEYS = 20;
/** For fewer runs of a work, what they show is not worth a request to storage. */
const SEVERAL = 3;

/** What runs of the same work have shown since others of it were submitted, which knew nothing of it then. */
export class Estimates {
  readonly #context: AppContext;
  readonly #workspace: string;
  readonly #known = new Map<string, { readAtMs: number; estimate: DurationEstimate | null }>();

  constructor(context: AppContext, workspace: string) {
    this.#context = context;
    this.#workspace = workspace;
  }

  /** The entries, those with an estimate now that had none. */
  async refresh<Entry extends WatchEntry>(entries: readonly Entry[]): Promise<Entry[]> {
    const unknown = entries.filter(({ run }) => !isLearned(run.estimate));
    const several = [...Map.groupBy(unknown, ({ run }) => run.workKey)].filter(([, each]) => each.length >= SEVERAL);
    for (const [workKey] of several.slice(0, MAX_KEYS)) await this.#read(workKey);
    return entries.map((entry) => {
      const estimate = this.#known.get(entry.run.workKey)?.estimate ?? null;
      return isLearned(entry.run.estimate) || !isLearned(estimate)
        ? entry
        : { ...entry, run: { ...entry.run, estimate } };
    });
  }

  async #read(workKey: string): Promise<void> {
    const nowMs = this.#context.now();
    if (nowMs - (this.#known.get(workKey)?.readAtMs ?? 0) < READ_AGAIN_MS) return;
    // Only the pace of the readings hangs on it.
    const estimate = await this.#context.durations.estimate(this.#workspace, workKey).catch(() => undefined);
    this.#known.set(workKey, { readAtMs: nowMs, estimate: estimate ?? null });
  }
}
