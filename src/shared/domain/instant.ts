/** A point in time as the SDKs want it. */
export function instant(epochMs: number): Date {
  return new Date(epochMs);
}

/** ISO 8601 UTC with milliseconds, or null. */
export function isoTime(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
