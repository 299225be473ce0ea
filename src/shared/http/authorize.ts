import type { AppContext } from '../context.ts';
import type { Owner } from '../domain/caller.ts';
import type { ParsedRunRequest } from '../domain/run-request.ts';
import type { Decision } from '../policy/decision.ts';
import type { PolicyRequest } from '../policy/policy-request.ts';
import { readRunBody } from '../policy/read-body.ts';
import { ProblemError } from './problem.ts';
import type { Requester } from './requester.ts';

/** What allowed a request: the rule's id, null without a policy; and how much of the gateway the caller may take. */
export type Authorization = Decision & { allowed: true };

/** All that the policy is asked about, but who asks. */
export type Asked = Omit<PolicyRequest, 'caller' | 'source'>;

/** Something that is there already: a run, or a statement. */
export interface Existing {
  owner: Owner;
  workspace: string;
}

/** What the policy says to a request; a refusal is written down, with the id of what it is about. */
export function decide(
  context: AppContext,
  { caller, source, requestId }: Requester,
  asked: Asked,
  id: string | null = null,
): Decision {
  const decision = context.policy.current().decide({ ...asked, caller, source });
  if (!decision.allowed) {
    const { rule, detail } = decision;
    const { action } = asked;
    context.audit.refused({ caller, action, resource: id, rule, code: 'POLICY_REFUSED', detail, requestId });
  }
  return decision;
}

/**
 * Asks the policy for a request.
 * @throws {ProblemError} 403 that names the forbid, or the permit that came nearest and what failed in it
 */
export function authorize(context: AppContext, requester: Requester, asked: Asked): Authorization {
  const decision = decide(context, requester, asked);
  if (decision.allowed) return decision;
  throw new ProblemError('POLICY_REFUSED', decision.detail);
}

/** What the policy says to a new run. It is asked about the body as Databricks will get it. */
export function decideRun(context: AppContext, requester: Requester, parsed: ParsedRunRequest): Decision {
  return decide(context, requester, askedRun(requester, parsed, parsed.request.template));
}

/** As `authorize`, for a new run. */
export function authorizeRun(context: AppContext, requester: Requester, parsed: ParsedRunRequest): Authorization {
  return authorize(context, requester, askedRun(requester, parsed, parsed.request.template));
}

/** What the policy is asked about a new run, a template's where one is named. */
export function askedRun(
  { caller }: Pick<Requester, 'caller'>,
  { request, body }: Pick<ParsedRunRequest, 'request' | 'body'>,
  template: string | undefined,
): Asked {
  const run = readRunBody({ request, body }, caller);
  const { workspace, target } = request;
  if (template !== undefined) return { action: 'templates:run', workspace, run, template };
  return { action: target.kind === 'submit' ? 'runs:submit' : 'runs:run_now', workspace, run };
}

/**
 * Asks the policy for an action on something that is there already. Where neither the action nor reading is allowed, it
 * is as if it were not there: `missing` is thrown.
 * @throws {ProblemError} 403 where the caller may read it, and not do this
 */
export function authorizeExisting(
  context: AppContext,
  requester: Requester,
  { id, ...existing }: Existing & { id: string },
  asked: Pick<Asked, 'action' | 'repair'> & { read: 'runs:read' | 'sql:read'; missing: () => Error },
): void {
  const { read, missing, ...rest } = asked;
  const { caller, requestId } = requester;
  const { action } = rest;
  const decision = decide(context, requester, { ...rest, ...existing }, id);
  if (decision.allowed) {
    // The record says who submitted, and not who came later.
    if (action !== read) context.audit.allowed({ caller, action, resource: id, rule: decision.rule, requestId });
    return;
  }
  const isVisible = action !== read && mayRead(context, requester, existing, read);
  throw isVisible ? new ProblemError('POLICY_REFUSED', decision.detail) : missing();
}

/** Whether the caller may read something that is there. */
export function mayRead(
  context: AppContext,
  { caller, source }: Requester,
  existing: Existing,
  action: 'runs:read' | 'sql:read',
): boolean {
  return context.policy.current().decide({ ...existing, action, caller, source }).allowed;
}

/** A decision as `validate_only` shows it. */
export function decisionDocument(decision: Decision): Record<string, unknown> {
  const { allowed, rule } = decision;
  return {
    allowed,
    rule,
    ...(decision.allowed || decision.nearest === undefined ? {} : { nearest: decision.nearest }),
  };
}
