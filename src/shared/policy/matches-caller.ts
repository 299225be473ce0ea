import type { PolicyRequest } from './policy-request.ts';
import type { Rule } from './policy-schema.ts';

/** Not named, which an empty list is. */
const NONE: readonly string[] = [];

/**
 * Whether a rule is for who asks; undefined where only a group could say so, and the caller is in more groups than the
 * credentials name.
 */
export function matchesCaller({ callers }: Rule, { caller, source }: PolicyRequest): boolean | undefined {
  const { ids = NONE, roles = NONE, groups = NONE, keys = NONE, sources = NONE } = callers;
  if (ids === NONE && roles === NONE && groups === NONE && keys === NONE && sources === NONE) return true;
  // The name of a key is chosen by whoever makes it: it may not be taken for somebody's id.
  if ((caller.kind === 'key' ? keys : ids).includes(caller.id)) return true;
  if (sources.includes(source)) return true;
  // MCP is HTTP with the same credentials: a forbid for HTTP that it could go round would be none.
  if (source === 'mcp' && sources.includes('http')) return true;
  if (roles.some((role) => caller.roles.includes(role))) return true;
  if (groups.some((group) => caller.groups.includes(group))) return true;
  return groups.length > 0 && caller.groupsOverage ? undefined : false;
}

/** Whether a rule is about the action that is asked for. */
export function hasAction({ actions }: Rule, { action }: Pick<PolicyRequest, 'action'>): boolean {
  return actions.includes(action) || actions.includes('*');
}
