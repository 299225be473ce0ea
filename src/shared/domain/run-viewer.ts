import type { Caller } from './caller.ts';

/**
 * The Databricks user who may view the run that a caller submits: a user whose principal name is of one of these
 * domains (in lower case). Undefined for all others: Databricks refuses a run that names a user it does not know.
 */
export function runViewerOf({ kind, userPrincipalName }: Caller, domains: readonly string[]): string | undefined {
  if (kind !== 'user' || userPrincipalName === undefined) return undefined;
  const domain = userPrincipalName.slice(userPrincipalName.lastIndexOf('@') + 1).toLowerCase();
  return domains.includes(domain) ? userPrincipalName : undefined;
}
