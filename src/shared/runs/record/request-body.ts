import type { AppContext } from '../../context.ts';
import type { RunRecord } from '../../domain/run-record.ts';

/**
 * The body that a run was accepted with, as Databricks gets it; undefined where it is gone.
 * @throws {StorageUnavailableError}
 */
export async function requestBody(
  { ledger, archive }: Pick<AppContext, 'ledger' | 'archive'>,
  { id }: Pick<RunRecord, 'id'>,
): Promise<string | undefined> {
  const inline = await ledger.body(id);
  if (inline !== null) return inline;
  const claim = await ledger.claim(id);
  return claim === undefined ? undefined : archive.readBody(id, claim.bodyHash);
}
