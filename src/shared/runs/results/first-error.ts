import * as z from 'zod';
import type { AppContext } from '../../context.ts';
import type { RunRecord } from '../../domain/run-record.ts';

const outputSchema = z.looseObject({ error: z.string().min(1) });

/**
 * What the first task that failed says of it, in the words of its output as it was kept; undefined where it says nothing.
 * One read of storage, for a run that has failed.
 * @throws {StorageUnavailableError}
 */
export async function firstError(
  { archive }: Pick<AppContext, 'archive'>,
  { id, attempt, tasks }: Pick<RunRecord, 'id' | 'attempt' | 'tasks'>,
): Promise<string | undefined> {
  const failed = tasks.find(({ outcome }) => outcome === 'failed');
  if (failed === undefined) return undefined;
  const text = await archive.readOutput({ id, attempt, taskRunId: failed.run_id });
  // The gateway wrote it, and a notebook's result is in it however deep it is: nothing here may keep a run from its end.
  return text === undefined ? undefined : outputSchema.safeParse(JSON.parse(text)).data?.error;
}
