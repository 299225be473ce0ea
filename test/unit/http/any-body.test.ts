import { expect, it } from 'vitest';
import type { z } from 'zod';
import type { Config } from '../../../src/shared/config/config.ts';
import { parseNotification } from '../../../src/shared/http/webhook/databricks-webhook.ts';
import { problem, ProblemError } from '../../../src/shared/http/problem.ts';
import { parseJsonObject } from '../../../src/shared/http/read-json-body.ts';
import { parseRepairRequest } from '../../../src/shared/http/run/repair-request.ts';
import { repairBody, runNowBody, submitBody } from '../../../src/shared/http/run/run-body.ts';
import { parseRunNowRequest, parseSubmitRequest } from '../../../src/shared/http/run/run-request.ts';
import { parseWith } from '../../../src/shared/http/schema-problem.ts';
import { sqlStatementSchema } from '../../../src/shared/http/statement/create-statement.ts';
import { databricksBody } from '../../../src/shared/runs/submit/databricks-body.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { resolveLimits } from '../../../src/shared/sql/limits.ts';
import { typedParameter } from '../../../src/shared/sql/parameters.ts';
import { sqlRequestSchema, type SqlRequest } from '../../../src/shared/sql/sql-request.ts';

type Body = Record<string, unknown>;

const config = { workspaces: [{ name: 'default' }], runs: { callbackAllowedHosts: [] } } as unknown as Config;
const caller = { kind: 'user', id: '1', name: 'a@example.com' } as const;
const onCluster = { notebook_task: { notebook_path: '/x' }, existing_cluster_id: 'c' };

function submit(body: Body): void {
  const parsed = parseSubmitRequest(body, config);
  const record = { id: 'a', attempt: 1, request: parsed.request, submittedBy: caller } as RunRecord;
  databricksBody(record, parsed.databricksBody, { destinationId: 'destination', writesEmail: true });
}

function sql(schema: z.ZodType<SqlRequest>, body: Body): void {
  const { parameters, timeout_seconds: timeoutSeconds, row_limit: rowLimit } = parseWith(schema, body);
  for (const parameter of parameters) typedParameter(parameter);
  resolveLimits({ timeoutSeconds, rowLimit }, 'json', {});
}

/** What each route that takes a body makes of it, and the schema that names its fields. */
const ROUTES: Readonly<Record<string, { parse: (body: Body) => unknown; schema?: z.ZodType; base: Body }>> = {
  'POST runs': { parse: submit, schema: submitBody, base: onCluster },
  'POST jobs/{job}/runs': {
    parse: (body) => parseRunNowRequest(body, { id: '7' }, config),
    schema: runNowBody,
    base: {},
  },
  'POST runs/{id}/repair': { parse: parseRepairRequest, schema: repairBody, base: {} },
  'POST sql': {
    parse: (body) => sql(sqlRequestSchema, body),
    schema: sqlRequestSchema,
    base: { statement: 'SELECT 1' },
  },
  'POST sql/statements': {
    parse: (body) => sql(sqlStatementSchema, body),
    schema: sqlStatementSchema,
    base: { statement: 'SELECT 1' },
  },
  'POST webhooks/databricks': { parse: parseNotification, base: { event_type: 'x', run: { run_id: 1 } } },
};

/** The status that a body comes to: 202 where it is understood. Anything but a ProblemError would be a 500. */
function statusOf(parse: () => unknown): number {
  try {
    parse();
    return 202;
  } catch (error) {
    if (error instanceof ProblemError) return error.status;
    throw error;
  }
}

const raw = JSON.rawJSON('12345678901234567890');
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  raw,
  '',
  'x',
  '600',
  'true',
  '\ud800',
  [],
  [null],
  [1],
  [raw],
  ['x'],
  [[]],
  [{}],
  {},
  { a: null },
  { a: 1 },
  { a: raw },
  { a: {} },
  { task_key: 1 },
];

/** What objects of runs must have, so that the field in question is what is wrong with a body. */
const REQUIRED = { task_key: 'a', notebook_path: '/x', python_file: '/x', package_name: 'p', inputs: '[1]', job_id: 1 };

interface Def {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  catchall?: z.ZodType;
}

type Holder = (value: unknown) => unknown;

/** Every place in a schema, as a function that puts a value there. */
function places(schema: z.ZodType, hold: Holder): Holder[] {
  const def = schema.def as unknown as Def;
  const isTransform = def.out?.def.type === 'transform';
  const inner = [def.innerType, isTransform ? def.in : def.out, ...(def.options ?? [])].filter(
    (part) => part !== undefined,
  );
  const isStrict = def.catchall?.def.type === 'never';
  return [
    ...inner.flatMap((part) => places(part, hold)),
    ...(def.element === undefined ? [] : places(def.element, (value) => hold([value]))),
    ...(def.valueType === undefined ? [] : places(def.valueType, (value) => hold({ a: value }))),
    ...Object.entries(def.shape ?? {}).flatMap(([key, member]) => {
      const within = isStrict ? {} : { ...REQUIRED, task: onCluster };
      return places(member, (value) => hold({ ...within, [key]: value }));
    }),
    hold,
  ];
}

/** Names that mean something somewhere: what a schema does not check where one stands must do no harm there either. */
const NAMES = `
  tasks task_key depends_on for_each_task notebook_task spark_submit_task
  clean_rooms_notebook_task job_clusters job_cluster_key existing_cluster_id new_cluster environment_key
  libraries queue run_if timeout_seconds max_retries tags
  email_notifications webhook_notifications git_source run_id latest_repair_id job_id
  name run_name idempotency_token gateway format warehouse_id
`
  .trim()
  .split(/\s+/);

const HOLDERS: readonly Holder[] = NAMES.flatMap((name): Holder[] => [
  (value) => ({ [name]: value }),
  (value) => ({
    tasks: [
      { task_key: 'a', ...onCluster, [name]: value },
      { task_key: 'b', ...onCluster, depends_on: [{ task_key: 'a' }] },
    ],
  }),
  (value) => ({ for_each_task: { inputs: '[1]', concurrency: value, task: { ...onCluster, [name]: value } } }),
  (value) => ({ notebook_task: { notebook_path: '/x', [name]: value } }),
  (value) => ({
    email_notifications: { on_success: value },
    webhook_notifications: { on_failure: value },
    gateway: { notify: { email: ['a@b.example'] } },
  }),
]);

it.each(Object.entries(ROUTES))(
  '%s answers whatever type stands at whatever field with 202, 400 or 422',
  (_route, route) => {
    const { parse, schema, base } = route;
    const holders = schema === undefined ? [] : places(schema, (value) => value);
    const known = Object.keys(base).map((key): Holder => (value) => ({ ...base, [key]: value }));
    const bodies = [...holders, ...known, ...HOLDERS].flatMap((hold) => VALUES.map(hold));
    const statuses = bodies
      .filter((body): body is Body => typeof body === 'object' && body !== null && !Array.isArray(body))
      .map((body) => statusOf(() => parse({ ...base, ...body })));

    expect(statuses.filter((status) => ![202, 400, 422].includes(status))).toEqual([]);
    expect(statuses).toContain(202);
    expect(statuses).toContain(400);
  },
);

/** More than a function takes arguments: what spreads so many fails. */
const HUGE = 130_000;
const ones = (count = HUGE) => Array<number>(count).fill(1);
const longKey = 'k'.repeat(1_000_000);
const keys = (value: unknown) => Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, value]));
const manyKeys = keys(1);

const HUGE_BODIES: Readonly<Record<string, Body>> = {
  'many unknown keys': manyKeys,
  'many unknown task types': Object.fromEntries(Object.keys(manyKeys).map((key) => [`${key}_task`, 1])),
  'one key of a megabyte': { [longKey]: 1, gateway: { [longKey]: 1 } },
  'many numbers for tasks': { tasks: ones(), rerun_tasks: ones(), parameters: ones() },
  'as many tasks as may be, all wrong': {
    tasks: Array.from({ length: 1_000 }, () => ({ libraries: ones(120), depends_on: ones(10) })),
  },
  'many dependencies': { ...onCluster, depends_on: Array.from({ length: 60_000 }, () => ({ task_key: 'b' })) },
  'many libraries': { ...onCluster, libraries: ones() },
  'many wrong parameters': {
    notebook_task: { notebook_path: '/x', base_parameters: manyKeys },
    job_parameters: manyKeys,
  },
  'many labels and addresses': { ...onCluster, gateway: { labels: keys('x'), notify: { email: ones() } } },
  'many unknown keys in gateway': { ...onCluster, gateway: manyKeys },
  'many members of a cluster': { ...onCluster, new_cluster: manyKeys },
  'a name of a megabyte': {
    ...onCluster,
    gateway: { workspace: longKey },
    format: longKey,
    depends_on: [{ task_key: longKey }],
  },
};

it.each(
  Object.entries(ROUTES).flatMap(([route, { parse, base }]) =>
    Object.entries(HUGE_BODIES).map(([what, body]) => ({ route, what, parse, body: { ...base, ...body } })),
  ),
)('$route answers $what with a few kilobytes', ({ parse, body }) => {
  let text = '';
  const status = statusOf(() => {
    try {
      parse(body);
    } catch (error) {
      if (error instanceof ProblemError) text = JSON.stringify(problem(error, 'id'));
      throw error;
    }
  });

  expect([202, 400, 413, 422]).toContain(status);
  expect(text.length).toBeLessThan(20_000);
});

it.each([
  ['tasks', submit],
  ['rerun_tasks', parseRepairRequest],
] as const)('counts %s before it looks at them', (key, parse) => {
  for (const list of [ones(), Array(1_001).fill(null), Array.from({ length: 1_001 }, () => ({ task_key: 'a' }))])
    expect(statusOf(() => parse({ [key]: list }))).toBe(422);
});

it('refuses a body of more names and values than any can mean, before any schema', () => {
  expect(statusOf(() => parseJsonObject(`{"x":[${ones(150_000).join()}]}`))).toBe(400);
  expect(statusOf(() => parseJsonObject(`{"x":[${Array(20_001).fill('0.12345678901234567').join()}]}`))).toBe(400);
  expect(statusOf(() => parseJsonObject(`{"x":[${ones(149_000).join()}]}`))).toBe(202);
});
