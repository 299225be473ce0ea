/** What a caller can ask of the gateway, as rules name it. */
export const ACTIONS = [
  'runs:submit',
  'runs:run_now',
  'runs:read',
  'runs:cancel',
  'runs:repair',
  'runs:notify',
  'templates:run',
  'sql:read',
  'sql:write',
] as const;

/** What a policy allows or refuses. */
export type Action = (typeof ACTIONS)[number];
