import type { AdmissionAnswer, CreationSlot, Miscount } from './admission.ts';

/** What the gate of a workspace can be asked and told: the operations of the `admission` entity. */
export interface AdmissionCalls {
  /** Without a ticket, issues one first. */
  ask: { input: { ticket: number | null; tasks: number }; output: AdmissionAnswer };
  /** After a 429: closes the gate for all until then, and answers when this run may try again. */
  throttled: { input: { untilMs: number }; output: CreationSlot };
  /**
   * The slot was missed: answers another one, and gives the old one to others if it was certainly not used. A `lasting`
   * slot may be used for a whole window.
   */
  reschedule: { input: { unusedAtMs: number | null; lasting: boolean }; output: CreationSlot };
  /** A run that was let through has ended. */
  release: { input: { tasks: number }; output: undefined };
  /** A run that was never let through has ended. */
  abandon: { input: { ticket: number }; output: undefined };
  /** What a sweep found wrong, and how many corrections it had seen. */
  recount: { input: Miscount & { recounts: number }; output: undefined };
}
