export interface Check {
  status: 'ok' | 'degraded' | 'down';
  detail: string;
}

/** How the gateway is: as its worst check. */
export interface Health {
  status: 'ok' | 'degraded' | 'down';
  checks: Record<string, Check>;
}
