/** One secret scope: the values by key, with the time of the last change. */
export type SecretScope = Record<string, { value: string; updatedAtMs: number }>;

/** The secret scopes of a workspace, by name. */
export type SecretScopes = Map<string, SecretScope>;
