import type { AppContext } from '../context.ts';
import type { Submitter } from '../domain/caller.ts';
import type { ParsedRunRequest } from '../domain/run-request.ts';
import type { Decision } from '../policy/decision.ts';
import type { PolicyRequest } from '../policy/policy-request.ts';
import { readRunBody } from '../policy/read-body.ts';
import type { Call } from './handler.ts';
import { ProblemError } from './problem.ts';

/** What allowed a request: the rule's id, null without a policy; and how much of the gateway the caller may take. */
export type Authorization = Decision & { allowed: true };

/** All that the policy is asked about, but who asks. */
export type Asked = Omit<PolicyRequest, 'caller' | 'source'>;

/** Something that is there already: a run, or a statement. */
export interface Existing {
  owner: Submitter;
  workspace: string;
}

/** What the policy says to a request over HTTP; a refusal is written down, with the id of what it is about. */
export function decide(
  context: AppContext,
  { caller, requestId }: Call,
  asked: Asked,
  id: string | null = null,
): Decision {
  const decision = context.policy.current().decide({ ...asked, caller, source: 'http' });
  if (!decision.allowed) {
    const { rule, detail } = decision;
    const { action } = asked;
    context.audit.refused({ caller, action, resource: id, rule, code: 'POLICY_REFUSED', detail, requestId });
  }
  return decision;
}

/**
 * Asks the policy for a request over HTTP.
 * @throws {ProblemError} 403 that names the forbid, or the permit that came nearest and what failed in it
 */
export function authorize(context: AppContext, call: Call, asked: Asked): Authorization {
  const decision = decide(context, call, asked);
  if (decision.allowed) return decision;
  throw new ProblemError('POLICY_REFUSED', decision.detail);
}

/** What the policy says to a new run. It is asked about the body as Databricks will get it. */
export function decideRun(context: AppContext, call: Call, parsed: ParsedRunRequest, template?: string): Decision {
  return decide(context, call, askedRun(call, parsed, template));
}

/** As `authorize`, for a new run: of a template, where one is named. */
export function authorizeRun(
  context: AppContext,
  call: Call,
  parsed: ParsedRunRequest,
  template?: string,
): Authorization {
  return authorize(context, call, askedRun(call, parsed, template));
}

/** What the policy is asked about a new run, a template's where one is named. */
export function askedRun(
  { caller }: Pick<Call, 'caller'>,
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
  call: Call,
  { id, ...existing }: Existing & { id: string },
  asked: Pick<Asked, 'action' | 'repair'> & { read: 'runs:read' | 'sql:read'; missing: () => Error },
): void {
  const { read, missing, ...rest } = asked;
  const { caller, requestId } = call;
  const { action } = rest;
  const decision = decide(context, call, { ...rest, ...existing }, id);
  if (decision.allowed) {
    // The record says who submitted, and not who came later.
    if (action !== read) context.audit.allowed({ caller, action, resource: id, rule: decision.rule, requestId });
    return;
  }
  const isVisible = action !== read && mayRead(context, call, existing, read);
  throw isVisible ? new ProblemError('POLICY_REFUSED', decision.detail) : missing();
}

/** Whether the caller may read something that is there. */
export function mayRead(
  context: AppContext,
  { caller }: Call,
  existing: Existing,
  action: 'runs:read' | 'sql:read',
): boolean {
  return context.policy.current().decide({ ...existing, action, caller, source: 'http' }).allowed;
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
