import { expect, it } from 'vitest';
import { policySchema } from '../../../src/shared/policy/policy-schema.ts';

const rule = { id: 'a', effect: 'permit', callers: {}, actions: ['*'] };

/** The places of what is wrong, as paths. */
function placesOf(document: unknown): string[] {
  const result = policySchema.safeParse(document);
  return (result.error?.issues ?? []).map((issue) =>
    [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('/'),
  );
}

const withRule = (changes: object) => ({ version: 1, rules: [{ ...rule, ...changes }] });

it.each<[what: string, document: unknown, places: string[]]>([
  ['a rule', withRule({}), []],
  ['no rules', { version: 1, rules: [] }, []],
  ['a rule without callers, which is for everybody', withRule({ callers: undefined }), []],
  ['empty lists', withRule({ jobs: [], allow_fields: [] }), []],
  ['nothing', undefined, ['']],
  ['another version', { version: 2, rules: [] }, ['version']],
  ['no version', { rules: [] }, ['version']],
  ['an unknown key', { version: 1, rules: [], note: 'x' }, ['note']],
  ['an unknown key of a rule', withRule({ notebook: [] }), ['rules/0/notebook']],
  [
    'an unknown key within',
    withRule({ compute: { new_cluster: { max_worker: 1 } } }),
    ['rules/0/compute/new_cluster/max_worker'],
  ],
  ['an unknown key of callers', withRule({ callers: { users: [] } }), ['rules/0/callers/users']],
  ['an unknown action', withRule({ actions: ['runs:delete'] }), ['rules/0/actions/0']],
  ['no action', withRule({ actions: [] }), ['rules/0/actions']],
  ['an unknown effect', withRule({ effect: 'deny' }), ['rules/0/effect']],
  ['an id of odd characters', withRule({ id: 'a b' }), ['rules/0/id']],
  ['a path that leaves by ..', withRule({ notebooks: ['/Shared/../x'] }), ['rules/0/notebooks/0']],
  ['a relative path', withRule({ notebooks: ['Shared/x'] }), ['rules/0/notebooks/0']],
  ['a number as text', withRule({ max_timeout_seconds: '60' }), ['rules/0/max_timeout_seconds']],
  [
    'a host with a scheme',
    withRule({ notify: { callback_hosts: ['https://x'] } }),
    ['rules/0/notify/callback_hosts/0'],
  ],
  ['limits of a forbid', withRule({ effect: 'forbid', limits: {} }), ['rules/0/limits']],
  ['two rules of one id', { version: 1, rules: [rule, { ...rule, effect: 'forbid' }] }, ['rules/1/id']],
])('takes or refuses %s', (_what, document, places) => {
  expect(placesOf(document)).toEqual(places);
});

it('takes a prefix as it is compared', () => {
  const { rules } = policySchema.parse(withRule({ notebooks: ['/Workspace/Shared/etl/', '/Shared/etl', '/'] }));

  expect(rules[0]?.notebooks).toEqual(['/Shared/etl', '/Shared/etl', '']);
});
