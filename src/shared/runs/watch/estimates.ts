import type { AppContext } from '../../context.ts';
import { isLearned, type LearnedDuration } from '../../domain/poll-schedule.ts';
import type { WatchEntry } from '../../ledger/watch-index.ts';

const READ_AGAIN_MS = 5_000;
const MAX_KEYS = 20;
/** For fewer runs of a work, what they show is not worth a request to storage. */
const SEVERAL = 3;

/** What runs of the same work have shown since others of it were submitted, which knew nothing of it then. */
export class Estimates {
  readonly #context: AppContext;
  readonly #workspace: string;
  readonly #known = new Map<string, { readAtMs: number; learned: LearnedDuration | null }>();

  constructor(context: AppContext, workspace: string) {
    this.#context = context;
    this.#workspace = workspace;
  }

  /** The entries, those with an estimate now that had none. */
  async refresh<Entry extends WatchEntry>(entries: readonly Entry[]): Promise<Entry[]> {
    const unknown = entries.filter(({ run }) => !isLearned(run.learned));
    const several = [...Map.groupBy(unknown, ({ run }) => run.workKey)].filter(([, each]) => each.length >= SEVERAL);
    for (const [workKey] of several.slice(0, MAX_KEYS)) await this.#read(workKey);
    return entries.map((entry) => {
      const learned = this.#known.get(entry.run.workKey)?.learned ?? null;
      return isLearned(entry.run.learned) || !isLearned(learned) ? entry : { ...entry, run: { ...entry.run, learned } };
    });
  }

  async #read(workKey: string): Promise<void> {
    const nowMs = this.#context.now();
    if (nowMs - (this.#known.get(workKey)?.readAtMs ?? 0) < READ_AGAIN_MS) return;
    // Only the pace of the readings hangs on it.
    const learned = await this.#context.durations.learned(this.#workspace, workKey).catch(() => undefined);
    this.#known.set(workKey, { readAtMs: nowMs, learned: learned ?? null });
  }
}
