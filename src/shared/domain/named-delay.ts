/**
 * Timers of Azure's Durable extension are messages that stay hidden for whole seconds, cut off, so that a timer fires
 * up to a second early.
 */
export const TIMER_STEP_MS = 1_000;

/** The time for a timer, epoch ms, that must not fire before `epochMs`, because a server has named it. */
export function afterNamedTime(epochMs: number): number {
  return Math.ceil(epochMs / TIMER_STEP_MS) * TIMER_STEP_MS + TIMER_STEP_MS;
}
