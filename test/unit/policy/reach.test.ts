import { expect, it } from 'vitest';
import { callerWithoutRoles } from '../../../src/shared/domain/caller.ts';
import { ACTIONS } from '../../../src/shared/policy/actions.ts';
import { Policy } from '../../../src/shared/policy/policy.ts';
import { policySchema } from '../../../src/shared/policy/policy-schema.ts';

const ada = { caller: callerWithoutRoles({ kind: 'user', id: 'tid/ada', name: 'ada' }), source: 'http' } as const;

function policy(...rules: object[]): Policy {
  return new Policy(policySchema.parse({ version: 1, rules }));
}

const permit = { id: 'p', effect: 'permit', callers: {} };

it('offers everything but writes where there are no rules, and nothing where no rule is for the caller', () => {
  const open = new Policy();
  expect(ACTIONS.filter((action) => open.reach(ada, action) === undefined)).toEqual(['sql:write']);

  const closed = policy({ ...permit, callers: { ids: ['tid/eve'] }, actions: ['*'] });
  expect(ACTIONS.filter((action) => closed.reach(ada, action) !== undefined)).toEqual([]);
});

it('offers with all, or with the own alone', () => {
  const own = { ...permit, actions: ['runs:cancel'], own: true };

  expect(policy(own).reach(ada, 'runs:cancel')).toBe('own');
  expect(policy(own).reach(ada, 'runs:repair')).toBeUndefined();
  expect(policy(own, { ...permit, id: 'q', actions: ['*'] }).reach(ada, 'runs:cancel')).toBe('all');
});

it('offers nothing that a forbid refuses whatever the request is', () => {
  const all = { ...permit, actions: ['*'] };
  const forbid = { id: 'f', effect: 'forbid', callers: {}, actions: ['runs:submit'] };

  expect(policy(all, forbid).reach(ada, 'runs:submit')).toBeUndefined();
  expect(policy(all, { ...forbid, workspaces: ['prod'] }).reach(ada, 'runs:submit')).toBe('all');
});
