import type { AppContext } from '../../context.ts';
import type { Activities } from '../../workflow/activities.ts';
import { updateRun } from '../record/update-run.ts';
import { currentRun } from '../record/current-run.ts';

type Step = Activities['record-heartbeat'];

/** Writes the row as it stands: a sweep sees that it was written. One orchestration gives no sign for another. */
export async function recordHeartbeat(
  context: AppContext,
  { key, instanceId }: Step['input'],
): Promise<Step['output']> {
  await updateRun(context, await currentRun(context, key), (record) =>
    record.status !== 'completed' && record.instanceId === instanceId ? record : undefined,
  );
  return { kind: 'given' };
}
