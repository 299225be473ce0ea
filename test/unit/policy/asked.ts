import { callerWithoutRoles, type Caller } from '../../../src/shared/domain/caller.ts';
import type { NotifyRequest, RunTarget } from '../../../src/shared/domain/run-request.ts';
import type { Action } from '../../../src/shared/policy/actions.ts';
import type { PolicyRequest } from '../../../src/shared/policy/policy-request.ts';
import { Policy } from '../../../src/shared/policy/policy.ts';
import { policySchema } from '../../../src/shared/policy/policy-schema.ts';
import { readRunBody } from '../../../src/shared/policy/read-body.ts';

export const app: Caller = callerWithoutRoles({ kind: 'app', id: 'tenant/etl', name: 'etl' });

/** A policy of rules as a file has them. */
export function policyOf(...rules: object[]): Policy {
  return new Policy(policySchema.parse({ version: 1, rules }));
}

export interface Options {
  caller?: Caller;
  workspace?: string;
  target?: RunTarget;
  deadlineMs?: number | null;
  labels?: Record<string, string>;
  notify?: Partial<NotifyRequest>;
  template?: string;
}

/** What a policy is asked of the body of a run. */
export function runRequest(body: Record<string, unknown>, options: Options = {}): PolicyRequest {
  const { caller = app, workspace = 'default', target = { kind: 'submit' }, deadlineMs = null, labels = {} } = options;
  const notify = options.notify === undefined ? null : { on: [], channels: [], ...options.notify };
  const run = readRunBody({ request: { target, deadlineMs, labels, notify }, body }, caller);
  const { template } = options;
  const action: Action =
    template === undefined ? (target.kind === 'submit' ? 'runs:submit' : 'runs:run_now') : 'templates:run';
  return { caller, source: 'http', action, workspace, run, ...(template === undefined ? {} : { template }) };
}
