import * as z from 'zod';
import { storageCall, storagePage, storageStatus, type Storage } from '../storage/storage.ts';

const TABLE = 'gatewaysweeps';
const PARTITION = 'sweep';

/** A transaction takes so many. */
const MAX_REMOVED = 100;

const report = z.object({
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  active: z.number(),
  reattached: z.number(),
  replaced: z.number(),
  woken: z.number(),
  histories: z.number(),
  purged: z.number(),
  failed: z.number(),
  drift: z.record(
    z.string(),
    z.object({
      active: z.number(),
      waiting: z.number(),
      missing: z.number(),
      callers: z.record(z.string(), z.number()).default({}),
    }),
  ),
  listedAtMs: z.record(z.string(), z.number()),
});

/**
 * What one sweep found and did. `histories` are those of orchestrations that it deleted; `drift` are places that nobody
 * seems to hold, or that seem to be missing in the count, and `listedAtMs` when the active runs of Databricks were last
 * listed, both by workspace.
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
    await storageCall(() =>
      table.upsertEntity(
        { partitionKey: PARTITION, rowKey: rowKeyOf(written.startedAtMs), report: JSON.stringify(written) },
        'Replace',
      ),
    );
  }

  /** The report of the latest sweep, or undefined before the first of this shape. */
  async latest(): Promise<SweepReport | undefined> {
    const table = await this.#storage.table(TABLE);
    const [latest] = await storagePage(table, `PartitionKey eq '${PARTITION}'`, { maxRows: 1 });
    return latest === undefined ? undefined : report.safeParse(JSON.parse(row.parse(latest).report)).data;
  }

  /** Deletes reports of sweeps that started before `epochMs`, at most a hundred: more come due with later sweeps. */
  async removeBefore(epochMs: number): Promise<void> {
    const table = await this.#storage.table(TABLE);
    const filter = `PartitionKey eq '${PARTITION}' and RowKey gt '${rowKeyOf(epochMs)}'`;
    const old = await storagePage(table, filter, { maxRows: MAX_REMOVED });
    const keys = old.flatMap(({ partitionKey, rowKey }) =>
      partitionKey === undefined || rowKey === undefined ? [] : [{ partitionKey, rowKey }],
    );
    if (keys.length === 0) return;
    await storageCall(() => table.submitTransaction(keys.map((key) => ['delete', key]))).catch((error: unknown) => {
      // Another sweep was faster.
      if (storageStatus(error) !== 404) throw error;
    });
  }
}

/** Later sweeps get smaller keys, so that the latest comes first. */
function rowKeyOf(startedAtMs: number): string {
  return String(9_999_999_999_999 - startedAtMs).padStart(13, '0');
}
