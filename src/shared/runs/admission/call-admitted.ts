import type { AdmissionCall } from '../../domain/admission.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import type { AppContext } from '../../context.ts';
import { startAdmitted } from './start-admitted.ts';

/**
 * Submits each run that the gate has let through, whose orchestration is notified, and raises the event of each that may
 * ask again. One that does not wait any more ignores it, so that a repetition does no harm.
 * @throws EngineUnavailableError, StorageUnavailableError
 */
export async function callAdmitted(
  context: AppContext,
  orchestrations: RunOrchestrations,
  calls: readonly AdmissionCall[],
): Promise<void> {
  await Promise.all(
    calls.map(({ instanceId, ticket, run, slot }) =>
      slot === null
        ? orchestrations.wake(instanceId, { reason: 'ask', ticket })
        : startAdmitted(context, orchestrations, { run, ticket, slot }),
    ),
  );
}
