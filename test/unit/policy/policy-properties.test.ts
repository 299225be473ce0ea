import { expect, it } from 'vitest';
import type { Caller } from '../../../src/shared/domain/caller.ts';
import { ACTIONS } from '../../../src/shared/policy/actions.ts';
import type { PolicyRequest } from '../../../src/shared/policy/policy-request.ts';
import { Policy } from '../../../src/shared/policy/policy.ts';
import { policySchema } from '../../../src/shared/policy/policy-schema.ts';
import { readRunBody } from '../../../src/shared/policy/read-body.ts';

/** Numbers that only look like chance, so that a failure can be had again. */
function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const one = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!;
  const maybe = (key: string, value: () => unknown): object => (next() < 0.3 ? { [key]: value() } : {});
  const some = <T>(items: readonly T[]): T[] => items.filter(() => next() < 0.5);
  return { next, one, maybe, some };
}

type Chance = ReturnType<typeof chance>;

const PATHS = ['/Shared/a/x', '/Workspace/Shared/a/x', '/Shared/ab/x', '/Shared/a/../b', 'x', '/Shared/b/y', ''];
const TYPES = ['notebook_task', 'sql_task', 'spark_jar_task', 'run_job_task', 'for_each_task', 'new_task'];
const WORKSPACES = ['default', 'prod'];
const JOBS = ['1', '2', 'nightly'];

function randomRule({ one, maybe, some }: Chance, id: string, effect: string): object {
  return {
    id,
    effect,
    callers: one([
      {},
      {},
      { ids: ['a/1'] },
      { roles: ['R'] },
      { groups: ['G'] },
      { sources: ['http'] },
      { keys: ['k'] },
    ]),
    actions: one([['*'], ['runs:submit', 'runs:run_now'], [one(ACTIONS)]]),
    ...maybe('own', () => one([true, false])),
    ...maybe('workspaces', () => some(WORKSPACES)),
    ...maybe('templates', () => some(['t', '*'])),
    ...maybe('jobs', () => some(JOBS)),
    ...maybe('notebooks', () => some(['/Shared/a', '/Shared/b/'])),
    ...maybe('task_types', () => some([...TYPES, '*'])),
    ...maybe('compute', () => ({
      ...maybe('existing_cluster_ids', () => some(['c', 'd'])),
      ...maybe('serverless', () => one([true, false])),
      ...maybe('new_cluster', () => ({ ...maybe('max_workers', () => 4), ...maybe('node_types', () => ['n']) })),
    })),
    ...maybe('allow_fields', () => some(['run_as', 'libraries', 'odd', '*'])),
    ...maybe('max_timeout_seconds', () => 60),
    ...maybe('required_labels', () => ['team']),
    ...maybe('sql', () => ({
      ...maybe('classes', () => some(['SELECT', 'DROP', '*'])),
      ...maybe('catalogs', () => ['main']),
    })),
    ...maybe('notify', () => ({ email_domains: some(['a.com', '*']) })),
  };
}

function randomTask(random: Chance, depth = 0): Record<string, unknown> {
  const { one, maybe } = random;
  const type = one(TYPES);
  const content = {
    notebook_path: one(PATHS),
    job_id: one(['1', '2', '{{x}}']),
    ...(type === 'for_each_task' && depth < 2 ? { task: randomTask(random, depth + 1) } : {}),
  };
  return {
    [type]: content,
    ...maybe('existing_cluster_id', () => one(['c', 'e'])),
    ...maybe('new_cluster', () => ({ num_workers: one([2, 8, 'x']), node_type_id: one(['n', 'm']) })),
    ...maybe('libraries', () => []),
  };
}

const CALLERS: readonly Caller[] = [
  { kind: 'user', id: 'a/1', name: 'a@a.com', roles: ['R'], groups: [], groupsOverage: false },
  { kind: 'app', id: 'a/2', name: 'app', roles: [], groups: [], groupsOverage: true },
  { kind: 'key', id: 'k', name: 'k', roles: [], groups: ['G'], groupsOverage: false },
];

function randomRequest(random: Chance): PolicyRequest {
  const { one, maybe } = random;
  const caller = one(CALLERS);
  const action = one(ACTIONS);
  const asked = { caller, source: 'http', action, workspace: one(WORKSPACES) } as const;
  if (action === 'sql:read' || action === 'sql:write') {
    const classes = one([['SELECT'], ['DROP'], null]);
    return { ...asked, sql: { classes, functions: [], catalogs: one([['main'], ['x'], null]) } };
  }
  if (action !== 'runs:submit' && action !== 'runs:run_now' && action !== 'templates:run') {
    return { ...asked, owner: one(CALLERS) };
  }
  const target =
    action === 'runs:run_now'
      ? ({ kind: 'run_now', job: one([{ id: '1' }, { name: 'nightly' }, { name: 'x' }]) } as const)
      : ({ kind: 'submit' } as const);
  const body = {
    tasks: [randomTask(random), randomTask(random)],
    ...maybe('run_as', () => ({})),
    ...maybe('odd', () => 1),
    ...maybe('timeout_seconds', () => one([30, 90])),
    ...maybe('email_notifications', () => ({ on_start: [one(['x@a.com', 'y@b.com'])] })),
  };
  const labels: Record<string, string> = one([{}, { team: 't' }]);
  const run = readRunBody(
    {
      request: { target, deadlineMs: one([null, 1_000]), labels, notify: null },
      body: target.kind === 'submit' ? body : {},
    },
    caller,
  );
  return { ...asked, run, ...(action === 'templates:run' ? { template: one(['t', 'u']) } : {}) };
}

const policyOf = (rules: readonly object[]) => new Policy(policySchema.parse({ version: 1, rules }));

/** Of a job that is known by its name, the ids that may run; all that rules name are tried, and one that none does. */
function allowedIds(policy: Policy, request: PolicyRequest): string[] {
  const decision = policy.decide(request);
  if (!decision.allowed) return [];
  const { job } = decision;
  if (job === undefined) return ['any'];
  return ['1', '2', '3'].filter((id) => !job.forbidden.includes(id) && (job.permitted?.includes(id) ?? true));
}

it('never allows more for one more forbid, and never less for one more permit', () => {
  const random = chance(42);
  const seen = { allowed: 0, refused: 0, byForbid: 0, byName: 0 };
  const wrong: object[] = [];
  for (let round = 0; round < 2_000; round++) {
    const rules = Array.from({ length: 1 + Math.floor(random.next() * 4) }, (_, index) =>
      randomRule(random, `r${index}`, random.next() < 0.25 ? 'forbid' : 'permit'),
    );
    const place = Math.floor(random.next() * (rules.length + 1));
    const before = policyOf(rules);
    const stricter = policyOf(rules.toSpliced(place, 0, randomRule(random, 'more', 'forbid')));
    const laxer = policyOf(rules.toSpliced(place, 0, randomRule(random, 'more', 'permit')));
    for (let asked = 0; asked < 5; asked++) {
      const request = randomRequest(random);
      const ids = allowedIds(before, request);
      const more = allowedIds(stricter, request).filter((id) => !ids.includes(id));
      const laxerIds = allowedIds(laxer, request);
      const less = ids.filter((id) => !laxerIds.includes(id));
      if (more.length > 0 || less.length > 0) wrong.push({ rules, request, more, less });
      const decision = before.decide(request);
      if (decision.allowed) {
        seen.allowed++;
        if (decision.job !== undefined) seen.byName++;
      } else {
        seen.refused++;
        if (decision.rule !== null) seen.byForbid++;
      }
    }
  }
  expect(wrong).toEqual([]);
  // It says nothing where nothing is decided.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
});
