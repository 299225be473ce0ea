import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { DurationEstimate } from '../domain/poll-schedule.ts';
import { storageCall, storageStatus, type Storage } from '../storage/storage.ts';

const TABLE = 'gatewaydurations';

/** A run far in the past says less than the last ones: later samples weigh at least this much. */
const MIN_WEIGHT = 0.15;

/** Enough to distinguish durations that are spread evenly from those that fall into groups. */
const MAX_RECENT = 12;

/** Remembers how long runs of the same notebook or job took: a weighted mean and deviation a work key. */
export class DurationLedger {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** What earlier runs took, or undefined where there were none. */
  async estimate(workspace: string, workKey: string): Promise<DurationEstimate | undefined> {
    const table = await this.#storage.table(TABLE);
    try {
      return row.parse(await storageCall(() => table.getEntity(workspace, rowKeyOf(workKey))));
    } catch (error) {
      if (storageStatus(error) === 404) return undefined;
      throw error;
    }
  }

  /** Adds one duration. Two that arrive at once may lose one, which an estimate bears. */
  async record(workspace: string, workKey: string, durationMs: number): Promise<void> {
    const table = await this.#storage.table(TABLE);
    const next = withSample(await this.estimate(workspace, workKey), durationMs);
    const entity = {
      partitionKey: workspace,
      rowKey: rowKeyOf(workKey),
      ...next,
      recentMs: JSON.stringify(next.recentMs),
    };
    await storageCall(() => table.upsertEntity(entity, 'Replace'));
  }
}

/** An exponentially weighted mean and deviation (West 1979), plain for the first samples. */
export function withSample(known: DurationEstimate | undefined, durationMs: number): DurationEstimate {
  if (known === undefined) return { count: 1, meanMs: durationMs, deviationMs: 0, recentMs: [durationMs] };
  const count = known.count + 1;
  const weight = Math.max(1 / count, MIN_WEIGHT);
  const difference = durationMs - known.meanMs;
  const meanMs = known.meanMs + weight * difference;
  const variance = (1 - weight) * (known.deviationMs ** 2 + weight * difference ** 2);
  const recentMs = [...(known.recentMs ?? []), durationMs].slice(-MAX_RECENT);
  return { count, meanMs, deviationMs: Math.sqrt(variance), recentMs };
}

const row = z.object({
  count: z.number(),
  meanMs: z.number(),
  deviationMs: z.number(),
  recentMs: z
    .string()
    .transform((text) => z.array(z.number()).max(MAX_RECENT).parse(JSON.parse(text)))
    .optional()
    .catch(undefined),
});

function rowKeyOf(workKey: string): string {
  return createHash('sha256').update(workKey).digest('hex').slice(0, 40);
}
