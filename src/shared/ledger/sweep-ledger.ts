import { z } from 'zod';
import { storageCall, storageRows, type Storage } from './storage.ts';

const TABLE = 'gatewaysweeps';
const PARTITION = 'sweep';

const report = z.object({
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  active: z.number(),
  adopted: z.number(),
  woken: z.number(),
  purged: z.number(),
  failed: z.number(),
  oldestActiveAtMs: z.number(),
  leaks: z.record(z.string(), z.object({ active: z.number(), waiting: z.number() })),
  listedAtMs: z.record(z.string(), z.number()),
});

/**
 * What one sweep found and did. `oldestActiveAtMs` is where the next one begins; `leaks` are places that nobody seems
 * to hold, and `listedAtMs` when the active runs of Databricks were last listed, both by workspace.
 */
export type SweepReport = z.infer<typeof report>;

const row = z.looseObject({ report: z.string() });

/** One row a sweep, newest first. */
export class SweepLedger {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async write(written: SweepReport): Promise<void> {
    const table = await this.#storage.table(TABLE);
    const rowKey = String(9_999_999_999_999 - written.startedAtMs).padStart(13, '0');
    await storageCall(() =>
      table.upsertEntity({ partitionKey: PARTITION, rowKey, report: JSON.stringify(written) }, 'Replace'),
    );
  }

  /** The report of the latest sweep, or undefined before the first of this shape. */
  async latest(): Promise<SweepReport | undefined> {
    const table = await this.#storage.table(TABLE);
    for await (const entity of storageRows(table, `PartitionKey eq '${PARTITION}'`)) {
      return report.safeParse(JSON.parse(row.parse(entity).report)).data;
    }
    return undefined;
  }
}
