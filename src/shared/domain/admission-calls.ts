import type { AdmissionResponse, AdmissionCall, CreationKind, CreationSlot, Miscount, Successor } from './admission.ts';
import type { QueuedCaller } from './caller-queues.ts';
import type { RunAttempt } from './run-record.ts';

/** The operations of the `admission` entity. */
export interface AdmissionCalls {
  /** Without a ticket, issues one first, unless the run has one. `instanceId` is called when there is a place. */
  ask: {
    input: {
      ticket: number | null;
      tasks: number;
      kind: CreationKind;
      instanceId: string;
      run: RunAttempt;
      caller: QueuedCaller;
    };
    output: AdmissionResponse;
  };
  /** After a 429: closes the gate for all calls of the kind until then, and returns the slot that takes `from`'s place. */
  throttled: { input: { untilMs: number; from: CreationSlot; kind: CreationKind }; output: CreationSlot };
  /** The slot `from` was missed: returns the one that takes its place. A `lasting` one may be used for a whole window. */
  reschedule: { input: { from: CreationSlot; lasting: boolean; kind: CreationKind }; output: CreationSlot };
  /** A run that was let through has turned out to be of another size; of a `caller` whose runs are limited, one is active again. */
  resize: { input: { from: number; to: number; caller?: string }; output: undefined };
  /**
   * A run that was let through has ended; `unused` is its slot where it has created nothing. `ticket`: it had taken over
   * its place from another. `successor`: another has taken over its place. `caller`: the key of one whose active runs
   * are limited. Returns who may go now.
   */
  release: {
    input: { tasks: number; unused: CreationSlot | null; ticket?: number; successor?: Successor; caller?: string };
    output: AdmissionCall[];
  };
  /** A run ends that does not know of having been let through. Returns who may go now. */
  abandon: { input: { ticket: number }; output: AdmissionCall[] };
  /** What a sweep found wrong, and how many corrections it had seen. */
  recount: { input: Miscount & { recounts: number }; output: undefined };
}
