import type { AppContext } from '../../context.ts';
import type { RunKey } from '../../domain/run-record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';

/** The ledger's row of a run that an orchestration follows. @throws {Error} when it has been purged meanwhile. */
export async function currentRun(context: AppContext, key: RunKey): Promise<StoredRun> {
  const stored = await context.ledger.get(key);
  if (stored === undefined) throw new Error(`The ledger has no run ${key.id}.`);
  return stored;
}
