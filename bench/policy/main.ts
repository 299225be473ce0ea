import { callerWithoutRoles } from '../../src/shared/domain/caller.ts';
import type { PolicyRequest } from '../../src/shared/policy/policy-request.ts';
import { Policy } from '../../src/shared/policy/policy.ts';
import { policySchema } from '../../src/shared/policy/policy-schema.ts';
import { readRunBody } from '../../src/shared/policy/read-body.ts';
import type { Measure } from '../functions-host/measured-host.ts';

const RULES = 100;
const ROUNDS = 20_000;

const body = {
  run_name: 'load',
  tasks: [
    { task_key: 'load', notebook_task: { notebook_path: '/Shared/team99/load' }, existing_cluster_id: 'c' },
    {
      task_key: 'report',
      depends_on: [{ task_key: 'load' }],
      notebook_task: { notebook_path: '/Workspace/Shared/team99/report', base_parameters: { day: '2026-01-01' } },
      new_cluster: { spark_version: '16.4.x-scala2.12', node_type_id: 'Standard_DS3_v2', num_workers: 4 },
    },
  ],
  timeout_seconds: 600,
};

/** A rule as a team has one; for everybody, so that each is asked about everything. */
function rule(index: number): object {
  return {
    id: `team-${index}`,
    effect: index % 10 === 0 ? 'forbid' : 'permit',
    callers: index % 10 === 0 ? { roles: [`Role${index}`] } : {},
    actions: ['runs:submit', 'runs:run_now', 'runs:read'],
    workspaces: ['default'],
    notebooks: [`/Shared/team${index}/`],
    task_types: ['notebook_task', 'sql_task'],
    compute: { existing_cluster_ids: ['c'], new_cluster: { node_types: ['Standard_DS3_v2'], max_workers: 8 } },
    max_timeout_seconds: 3_600,
  };
}

/** What a decision among a hundred rules takes, and reading the body that it is made of, beside parsing that body as JSON. */
export function benchPolicy(): Measure[] {
  const rules = Array.from({ length: RULES }, (_, index) => rule(index));
  const policy = new Policy(policySchema.parse({ version: 1, rules }));
  const caller = callerWithoutRoles({ kind: 'app', id: 'tenant/app', name: 'app' });
  const asked = { target: { kind: 'submit' }, deadlineMs: null, labels: {}, notify: null } as const;
  const requestOf = (content: Record<string, unknown>): PolicyRequest => ({
    caller,
    source: 'http',
    action: 'runs:submit',
    workspace: 'default',
    run: readRunBody({ request: asked, body: content }, caller),
  });
  const allowed = requestOf(body);
  const refused = requestOf({ ...body, run_as: { user_name: 'ceo@example.com' } });
  const text = JSON.stringify(body);
  const reference = { name: 'JSON.parse of the body', value: microseconds(() => JSON.parse(text) as unknown) };
  const measures: [name: string, work: () => unknown][] = [
    ['the body is read', () => requestOf(body)],
    ['a decision that allows', () => policy.decide(allowed)],
    ['a decision that refuses, and says what came nearest', () => policy.decide(refused)],
  ];
  return measures.map(([name, work]) => ({
    name: `${name}, ${RULES} rules`,
    value: microseconds(work),
    unit: 'µs',
    reference,
    target: '50',
  }));
}

/** The median of the rounds' averages. */
function microseconds(work: () => unknown): number {
  const averages: number[] = [];
  for (let round = 0; round < 11; round++) {
    const from = performance.now();
    for (let index = 0; index < ROUNDS / 10; index++) work();
    averages.push(((performance.now() - from) * 1_000) / (ROUNDS / 10));
  }
  return averages.toSorted((a, b) => a - b)[5] ?? 0;
}
