import type { AppContext } from '../../context.ts';
import type { Activities } from '../../workflow/activities.ts';
import { announceChange } from '../record/announce-change.ts';
import { updateRun, isActiveAttempt } from '../record/update-run.ts';
import { currentRun } from '../record/current-run.ts';

type Step = Activities['queue-run'];

/**
 * Notes the place of a run that has to wait, so that its position can be shown. A late repetition of this step, after
 * the run was let through or in another attempt of it, changes nothing.
 */
export async function queueRun(context: AppContext, { key, attempt, ticket }: Step['input']): Promise<Step['output']> {
  const stored = await currentRun(context, key);
  const written = await updateRun(context, stored, (record) =>
    isActiveAttempt(record, attempt) && record.status === 'queued' ? { ...record, ticket } : undefined,
  );
  const { cancelRequestedAtMs } = await currentRun(context, key);
  if (written !== undefined && stored.record.ticket === null)
    await announceChange(context, { record: written, cancelRequestedAtMs }, 'queued');
  return { cancelRequested: cancelRequestedAtMs !== null };
}
