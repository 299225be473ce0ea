/** How well a part works. */
export type Status = 'ok' | 'degraded' | 'down';

/** What a check found. */
export interface CheckResult {
  status: Status;
  detail: string;
}

/** How the gateway is: as its worst check. */
export interface Health {
  status: Status;
  checks: Record<string, CheckResult>;
}
