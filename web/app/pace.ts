/** How often something is read again, ms. */
export interface Pace {
  /** After something has changed, or somebody has come back. */
  soonestMs: number;
  /** After nothing has changed for a while. */
  latestMs: number;
}

const SLOWER = 1.5;

/** How long to wait after a read, ms. */
export function nextDelayMs(delayMs: number, isNew: boolean, { soonestMs, latestMs }: Pace): number {
  return isNew ? soonestMs : Math.min(latestMs, Math.round(delayMs * SLOWER));
}
