import type { AppContext } from '../../context.ts';
import { submitterOf } from '../../domain/caller.ts';
import { ACTIONS, type Action } from '../../policy/actions.ts';
import type { Call } from '../handler.ts';

/**
 * Who the caller is and what the policy may let the caller do at all, so that the page offers nothing else. `own`: with
 * what the caller has submitted. It is no decision: each request is decided upon by itself.
 */
export function sessionDocument({ config, policy, templates }: AppContext, { caller, source }: Call) {
  const current = policy.current();
  const actions: Partial<Record<Action, 'all' | 'own'>> = {};
  for (const action of ACTIONS) {
    const reach = current.reach({ caller, source }, action);
    if (reach !== undefined) actions[action] = reach;
  }
  return {
    caller: submitterOf(caller),
    actions,
    workspaces: config.workspaces.map(({ name, host, httpPath }) => ({ name, host, has_sql: httpPath !== undefined })),
    has_templates: templates !== undefined,
  };
}
