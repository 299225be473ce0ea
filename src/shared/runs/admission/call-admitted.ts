import type { AdmissionCall } from '../../domain/admission.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/**
 * Raises the event of each run that the gate has let through, or that may ask again. One that does not wait any more
 * ignores it, so that a repetition does no harm.
 * @throws EngineUnavailableError
 */
export async function callAdmitted(orchestrations: RunOrchestrations, calls: readonly AdmissionCall[]): Promise<void> {
  await Promise.all(
    calls.map(({ instanceId, ticket, slot }) =>
      orchestrations.wake(instanceId, slot === null ? { reason: 'ask', ticket } : { reason: 'admitted', ticket, slot }),
    ),
  );
}
