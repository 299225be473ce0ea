import type { AppContext } from '../../context.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { AppError } from '../../errors.ts';

/** Whether runs of a workspace wait for the places of others, as far as that is known now. */
export async function hasWaitingRuns(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspace: string,
): Promise<boolean> {
  try {
    const state = await context.recentAdmissions.get(
      workspace,
      () => orchestrations.admission(workspace),
      () => true,
    );
    return state !== undefined && state.next.length > 0;
  } catch (error) {
    // Only the pace of the readings hangs on it.
    if (error instanceof AppError) return false;
    throw error;
  }
}
