import { describe, expect, it } from 'vitest';
import type { Config } from '../../../../src/shared/config/config.ts';
import { ProblemError } from '../../../../src/shared/http/problem.ts';
import { requestedJob } from '../../../../src/shared/http/run/requested-job.ts';
import { parseRunNowRequest, parseSubmitRequest } from '../../../../src/shared/http/run/run-request.ts';
import { parseJson } from '../../../../src/shared/json.ts';

const config = {
  workspaces: [{ name: 'default' }],
  runs: { callbackHosts: { allowed: [], allowedPrivate: [] } },
} as unknown as Config;
const notebook = { notebook_task: { notebook_path: '/x' } };
const onCluster = { ...notebook, existing_cluster_id: 'c' };
const condition = { condition_task: { op: 'EQUAL_TO', left: '1', right: '1' } };

function submit(body: Record<string, unknown>) {
  return parseSubmitRequest(body, config);
}

function runNow(job: string, body: Record<string, unknown> = {}) {
  return parseRunNowRequest(body, requestedJob({ params: { job }, query: new URLSearchParams() }), config);
}

function forEach(task: unknown): Record<string, unknown> {
  return { tasks: [{ task_key: 'each', for_each_task: { inputs: '[1]', task } }] };
}

function refusal(parse: () => unknown): { status: number; paths: string[]; message: string } {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const paths = (error.extras.errors ?? []).map(({ path }) => path);
    return { status: error.status, paths, message: error.message };
  }
  throw new Error('Nothing was refused.');
}

it.each([
  ['686872571802556', '686872571802556'],
  ['00686872571802556', '686872571802556'],
  ['000', '0'],
])('takes the digits %s for the id of a job', (job, id) => {
  expect(runNow(job).request.target).toEqual({ kind: 'run_now', job: { id } });
});

it('takes anything else for the name of a job', () => {
  expect(runNow('007 nightly').request.target).toEqual({ kind: 'run_now', job: { name: '007 nightly' } });
});

it.each<[string, Record<string, unknown>]>([
  ['7', { job_id: 8 }],
  ['7', { job_id: '8' }],
  ['nightly', { job_id: 7 }],
  ['7', { job_id: {} }],
])('refuses a run of the job %s whose body says %j', (job, body) => {
  expect(refusal(() => runNow(job, body))).toMatchObject({ status: 400, paths: ['/job_id'] });
});

it('takes a body that says which job it is for again', () => {
  expect(() =>
    runNow('9007199254740993', parseJson('{"job_id":9007199254740993}') as Record<string, unknown>),
  ).not.toThrow();
  expect(() => runNow('7', { job_id: '007' })).not.toThrow();
  expect(() => runNow('nightly', { job_id: null })).not.toThrow();
});

it.each<[what: string, inner: unknown, status: number, path: string]>([
  ['no task', undefined, 400, '/tasks/0/for_each_task/task'],
  ['a task of no type', { existing_cluster_id: 'c' }, 400, '/tasks/0/for_each_task/task'],
  ['a task of two types', { ...onCluster, spark_jar_task: {} }, 400, '/tasks/0/for_each_task/task'],
  ['a task without its path', { notebook_task: {} }, 400, '/tasks/0/for_each_task/task/notebook_task/notebook_path'],
  ['two kinds of compute', { ...onCluster, new_cluster: {} }, 422, '/tasks/0/for_each_task/task/new_cluster'],
  ['a shared cluster', { ...notebook, job_cluster_key: 'c' }, 422, '/tasks/0/for_each_task/task/job_cluster_key'],
  [
    'another for-each task',
    { for_each_task: { inputs: '[1]', task: notebook } },
    422,
    '/tasks/0/for_each_task/task/for_each_task',
  ],
])('refuses a for-each task that holds %s', (_what, inner, status, path) => {
  expect(refusal(() => submit(forEach(inner)))).toMatchObject({ status, paths: [path] });
});

it.each<[what: string, body: Record<string, unknown>, compute: string | null]>([
  ['a cluster that is there', onCluster, 'existing_cluster'],
  ['a cluster of its own', { ...notebook, new_cluster: {} }, 'job_cluster'],
  ['no cluster', notebook, 'serverless'],
  ['a warehouse', { sql_task: { warehouse_id: 'w' } }, 'warehouse'],
  ['a cluster for each iteration', forEach(onCluster), 'existing_cluster'],
  ['a condition alone', condition, null],
  ['another job', { run_job_task: { job_id: 7 } }, null],
  [
    'a condition and a cluster',
    {
      tasks: [
        { task_key: 'if', ...condition },
        { task_key: 'then', ...onCluster },
      ],
    },
    'existing_cluster',
  ],
  [
    'two kinds',
    {
      tasks: [
        { task_key: 'a', ...notebook },
        { task_key: 'b', ...onCluster },
      ],
    },
    'mixed',
  ],
])('says what a run of %s runs on', (_what, body, compute) => {
  expect(submit(body).request.compute).toBe(compute);
});

it('refuses a label that would be lost', () => {
  const gateway = parseJson('{"labels":{"__proto__":"x","team":"a"}}');

  expect(refusal(() => submit({ ...notebook, gateway }))).toMatchObject({
    status: 400,
    paths: ['/gateway/labels/__proto__'],
  });
});

it('refuses a label whose key could not be told from its value in a filter', () => {
  expect(refusal(() => submit({ ...notebook, gateway: { labels: { 'cost:center': '4:2' } } }))).toMatchObject({
    status: 400,
    paths: ['/gateway/labels/cost:center'],
  });
  expect(submit({ ...notebook, gateway: { labels: { cost_center: '4:2' } } }).request.labels).toEqual({
    cost_center: '4:2',
  });
});

it('refuses more tags and labels together than Databricks takes tags', () => {
  const named = (kind: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${kind}${index}`, 'x']));
  const body = (labels: Record<string, string>, tags: Record<string, string>) => ({
    ...notebook,
    tags,
    gateway: { labels },
  });

  expect(refusal(() => submit(body(named('a', 20), named('b', 6))))).toMatchObject({ status: 422, paths: ['/tags'] });
  expect(refusal(() => submit(body({}, named('b', 26))))).toMatchObject({ status: 422, paths: ['/tags'] });
  expect(() => submit(body(named('a', 20), named('a', 25)))).not.toThrow();
});

it.each(['a\0b', '\ud800', 'x'.repeat(256), ''])('refuses the idempotency token %j', (token) => {
  expect(refusal(() => submit({ ...notebook, idempotency_token: token }))).toMatchObject({
    status: 400,
    paths: ['/idempotency_token'],
  });
});

it('takes null for absent, as Databricks does', () => {
  const parsed = submit({ ...notebook, idempotency_token: null, tasks: null, gateway: null });

  expect(parsed.idempotencyToken).toBeUndefined();
  expect(parsed.request.taskCount).toBe(1);
  expect(() => submit({ run_name: 'x', notebook_task: null, tasks: [{ task_key: 'a', ...notebook }] })).not.toThrow();
});

it('refuses a list of addresses that names none, and says what to do instead', () => {
  const gateway = { notify: { email: [], queue: true } };

  expect(() => submit({ ...notebook, gateway })).toThrow('leave email out');
  expect(refusal(() => submit({ ...notebook, gateway }))).toMatchObject({
    status: 422,
    paths: ['/gateway/notify/email'],
  });
});

it('takes null for absent inside gateway too', () => {
  const notify = { email: null, on: null, callback_url: null, event_grid: null, queue: null };
  const retry = { max_attempts: null, backoff_seconds: null, on: null };
  const gateway = { workspace: null, deadline_seconds: null, retry, labels: null, notify: null };

  expect(submit({ ...notebook, gateway }).request).toEqual(submit(notebook).request);
  expect(submit({ ...notebook, gateway }).bodyHash).not.toBe(submit({ ...notebook, run_name: 'x' }).bodyHash);
  expect(submit({ ...notebook, gateway: { notify } }).request).toEqual(
    submit({ ...notebook, gateway: { notify: {} } }).request,
  );
});

it('takes numbers and booleans as text, and passes them on as they came', () => {
  const body = {
    ...onCluster,
    timeout_seconds: '600',
    max_retries: '-1',
    queue: { enabled: 'true' },
    new_cluster: null,
    depends_on: null,
    libraries: null,
    tags: { team: null },
  };
  const parsed = submit({ ...body, gateway: { deadline_seconds: '60', retry: { max_attempts: '2' } } });

  expect(JSON.parse(parsed.databricksBody)).toEqual(body);
  expect(parsed.request).toMatchObject({ deadlineMs: 60_000, retry: { maxAttempts: 2 } });
  expect(() => runNow('7', { queue: { enabled: 'False' } })).not.toThrow();
});

it.each(['', 'soon', '1.5', '-1', '0x10', '1e3', 'Infinity', ' 1', '99999999999999999999'])(
  'refuses the time-out %j',
  (seconds) => {
    expect(refusal(() => submit({ ...onCluster, timeout_seconds: seconds }))).toMatchObject({
      status: 400,
      paths: ['/timeout_seconds'],
    });
  },
);

it.each<[what: string, dependsOn: unknown, status: number, path: string]>([
  ['text', 'abc', 400, '/depends_on'],
  ['an object', {}, 400, '/depends_on'],
  ['nothing in a list', [null], 400, '/depends_on/0'],
  ['another task', [{ task_key: 'b' }], 422, '/depends_on/0/task_key'],
])('refuses a shorthand that depends on %s', (_what, dependsOn, status, path) => {
  expect(refusal(() => submit({ ...notebook, depends_on: dependsOn }))).toMatchObject({ status, paths: [path] });
});

it.each<[body: Record<string, unknown>, path: string]>([
  [{ spark_submit_task: { parameters: [] } }, '/spark_submit_task'],
  [{ spark_jar_task: { main_class_name: 'a.B' } }, '/spark_jar_task'],
  [{ tasks: [{ task_key: 'a', spark_submit_task: {} }] }, '/tasks/0/spark_submit_task'],
  [forEach({ spark_jar_task: {} }), '/tasks/0/for_each_task/task/spark_jar_task'],
])('refuses %j, which serverless compute cannot run', (body, path) => {
  expect(refusal(() => submit(body))).toMatchObject({ status: 422, paths: [path] });
});

it('takes any task with compute, and those that serverless compute can run without', () => {
  expect(() => submit({ spark_submit_task: {}, new_cluster: {} })).not.toThrow();
  expect(() => submit({ spark_jar_task: {}, existing_cluster_id: 'c' })).not.toThrow();
  expect(() => submit({ spark_jar_task: {}, environment_key: 'e' })).not.toThrow();
  expect(() => submit({ clean_rooms_notebook_task: {} })).not.toThrow();
});

it('gives bodies that ask for the same one hash, and others another', () => {
  const { bodyHash } = submit(notebook);

  expect(submit({ ...notebook, gateway: {} }).bodyHash).toBe(bodyHash);
  expect(submit({ ...notebook, gateway: { workspace: 'default', retry: { max_attempts: 3 } } }).bodyHash).toBe(
    bodyHash,
  );
  expect(submit({ ...notebook, idempotency_token: 'a' }).bodyHash).toBe(bodyHash);
  expect(submit({ ...notebook, gateway: { labels: { a: 'b' } } }).bodyHash).not.toBe(bodyHash);
  expect(submit({ ...notebook, gateway: { retry: { max_attempts: 2 } } }).bodyHash).not.toBe(bodyHash);
  expect(submit({ ...notebook, run_name: 'x' }).bodyHash).not.toBe(bodyHash);
});

describe('callbacks', () => {
  const allowed = [
    'api.example.com',
    'odd.example.com:8443',
    '*.example.org',
    '127.0.0.1:8080',
    '127.0.0.1',
    '[::1]:81',
  ];
  const open = { ...config, runs: { ...config.runs, callbackHosts: { allowed, allowedPrivate: [] } } };
  const callTo = (url: string) => () =>
    parseSubmitRequest({ ...onCluster, gateway: { notify: { callback_url: url } } }, open);

  it.each([
    'https://api.example.com/done',
    'https://API.example.com:443/done?x=1',
    'https://odd.example.com:8443/done',
    'https://a.b.example.org/done',
    'http://127.0.0.1:8080/done',
    'http://127.0.0.1/done',
    'https://127.0.0.1/done',
    'http://[::1]:81/done',
  ])('may go to %s', (url) => {
    expect(callTo(url)).not.toThrow();
  });

  it.each([
    ['to another host', 'https://example.com/done'],
    ['to a domain itself where only what is in it is allowed', 'https://example.org/done'],
    ['to a domain that only ends alike', 'https://evilexample.org/done'],
    ['to another port than the default one', 'https://api.example.com:22/done'],
    ['to another port in a domain', 'https://a.example.org:8443/done'],
    ['to another port of this machine', 'http://127.0.0.1:22/done'],
    ['to the default port where another one is named', 'https://odd.example.com/done'],
    ['in the clear', 'http://api.example.com/done'],
    ['in the clear to the port of https', 'http://api.example.com:443/done'],
    ['with a user', 'https://user@api.example.com/done'],
    ['with a password', 'https://:secret@api.example.com/done'],
  ])('may not go %s', (_what, url) => {
    expect(refusal(callTo(url))).toMatchObject({ status: 422, paths: ['/gateway/notify/callback_url'] });
    expect(refusal(callTo(url)).message).not.toContain('secret');
  });
});

it.each(['gatway', 'Gateway', 'gate_way', 'gateways'])(
  'refuses %s, which would leave the options of a run out',
  (key) => {
    expect(refusal(() => submit({ ...onCluster, [key]: { workspace: 'other' } }))).toEqual({
      status: 400,
      paths: [`/${key}`],
      message: `The body is not right, at /${key}: Did you mean gateway?`,
    });
  },
);

it('passes on what it does not know and what is no slip', () => {
  expect(submit({ ...onCluster, git_source: {}, run_as: {}, budget_policy_id: 'b' }).databricksBody).toContain(
    'run_as',
  );
});
