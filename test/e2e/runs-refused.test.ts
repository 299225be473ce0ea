import { expect, it } from 'vitest';
import { startFileStack } from '../support/file-stack.ts';
import { SEED, simulated } from '../support/gateway.ts';

const { stack, gateway } = await startFileStack();

const deep = (levels: number) => `{"notebook_task":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
const task = (key: string, ...dependsOn: string[]) => ({
  task_key: key,
  depends_on: dependsOn.map((on) => ({ task_key: on })),
  ...simulated(0),
});

it.each<[what: string, body: unknown, status: number, path?: string]>([
  ['text that is not JSON', '{"notebook_task": ', 400],
  ['an empty body', '', 400],
  ['an array', '[]', 400, ''],
  ['a body nested over 100 levels', deep(101), 400],
  ['a body nested deep enough to overflow a stack', deep(200_000), 400],
  ['a run name that is a number', { ...SEED, run_name: 7 }, 400, '/run_name'],
  ['a time-out that is no number', { ...SEED, timeout_seconds: 'soon' }, 400, '/timeout_seconds'],
  ['a notebook path that is missing', { notebook_task: {} }, 400, '/notebook_task/notebook_path'],
  [
    'a parameter that is no text',
    { notebook_task: { notebook_path: '/x', base_parameters: { a: 1 } } },
    400,
    '/notebook_task/base_parameters/a',
  ],
  ['no task at all', { run_name: 'x' }, 400, ''],
  ['two task types', { ...SEED, spark_python_task: { python_file: '/x.py' } }, 400, ''],
  ['two task types in a task', { tasks: [{ task_key: 'a', ...simulated(0), spark_jar_task: {} }] }, 400, '/tasks/0'],
  ['a task without a key', { tasks: [simulated(0)] }, 400, '/tasks/0/task_key'],
  ['tasks and a task of its own', { ...SEED, tasks: [task('a')] }, 400, '/notebook_task'],
  ['an unknown key inside gateway', { ...SEED, gateway: { dead_line: 3 } }, 400, '/gateway/dead_line'],
  ['an unknown key inside retry', { ...SEED, gateway: { retry: { max: 3 } } }, 400, '/gateway/retry/max'],
  ['an unknown failure class', { ...SEED, gateway: { retry: { on: ['weather'] } } }, 400, '/gateway/retry/on/0'],
  ['shared job clusters', { tasks: [task('a')], job_clusters: [{ job_cluster_key: 'c' }] }, 422, '/job_clusters'],
  [
    'a task on a shared job cluster',
    { tasks: [{ task_key: 'a', job_cluster_key: 'c', notebook_task: { notebook_path: '/x' } }] },
    422,
    '/tasks/0/job_cluster_key',
  ],
  ['a dependency on nothing', { tasks: [task('a', 'b')] }, 422, '/tasks/0/depends_on/0/task_key'],
  ['a cycle', { tasks: [task('a', 'c'), task('b', 'a'), task('c', 'b')] }, 422, '/tasks/0/depends_on'],
  ['a task that waits for itself', { tasks: [task('a', 'a')] }, 422, '/tasks/0/depends_on'],
  ['a repeated key', { tasks: [task('a'), task('a')] }, 422, '/tasks/1/task_key'],
  [
    'a for-each task that repeats nothing',
    { tasks: [{ task_key: 'a', for_each_task: { inputs: '[1]' } }] },
    400,
    '/tasks/0/for_each_task/task',
  ],
  [
    'a for-each task whose task has two kinds of compute',
    { tasks: [{ task_key: 'a', for_each_task: { inputs: '[1]', task: { ...simulated(0), new_cluster: {} } } }] },
    422,
    '/tasks/0/for_each_task/task/new_cluster',
  ],
  ['two kinds of compute', { ...SEED, new_cluster: { num_workers: 1 } }, 422, '/new_cluster'],
  ['over 1,000 tasks', { tasks: Array.from({ length: 1_001 }, (_, index) => task(`t${index}`)) }, 422, '/tasks'],
  ['a workspace that nobody knows', { ...SEED, gateway: { workspace: 'mars' } }, 422, '/gateway/workspace'],
  [
    'a callback to a host that is not allowed',
    { ...SEED, gateway: { notify: { callback_url: 'http://169.254.169.254/latest' } } },
    422,
    '/gateway/notify/callback_url',
  ],
])('refuses %s, says where, and changes nothing', async (_what, body, status, path) => {
  const answer = await gateway.post('/api/runs', body);

  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  expect(answer.body.code).toMatch(/^[A-Z_]+$/);
  expect(answer.text).not.toMatch(/\bat .+\(.+:\d+:\d+\)/);
  const paths = (answer.body.errors ?? []).map((error: { path: string }) => error.path);
  expect(path === undefined || paths.includes(path)).toBe(true);
});

it('refuses 11 MB, with a Content-Length and without', async () => {
  const large = JSON.stringify({ ...SEED, padding: 'x'.repeat(11 * 1024 * 1024) });

  expect((await gateway.post('/api/runs', large)).status).toBe(413);
  const chunked = await fetch(`${stack.url}/api/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Blob([large]).stream(),
    duplex: 'half',
  });
  expect(chunked.status).toBe(413);
});

it('refuses a key that stands twice and differs', async () => {
  const both = await gateway.post('/api/runs', { ...SEED, idempotency_token: 'a' }, { 'idempotency-key': 'b' });

  expect(both.status).toBe(400);
  expect(both.body.code).toBe('INVALID_IDEMPOTENCY_KEY');
});

it('has asked nothing of Databricks for all that it refused', async () => {
  expect(await gateway.operations('runs/submit')).toEqual({});
  expect((await gateway.get('/api/runs')).body).toEqual({ runs: [] });
});

it.each([
  ['evil.example', 421],
  ['a@evil.example:80/..', 400],
  ['evil.example:80:80', 400],
])('has no links for the Host %s', async (host, status) => {
  const answer = await gateway.post('/api/runs', SEED, { host });

  expect(answer).toMatchObject({ status, body: { status } });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers).not.toHaveProperty('location');
});

it('leads to where it was called, whatever a proxy is said to have been asked for', async () => {
  const answer = await gateway.post('/api/runs', simulated(0), { 'x-forwarded-host': 'evil.example' });

  expect(answer.status).toBe(202);
  expect(answer.headers['location']).toBe(`${stack.url}/api/runs/${answer.body.id}/result`);
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  expect(answer.text).not.toContain('evil');
});

it.each(['text/plain', 'application/x-www-form-urlencoded'])(
  'refuses a body of type %s on every route that takes one',
  async (type) => {
    for (const path of ['runs', 'jobs/7/runs', `runs/${'0'.repeat(32)}/repair`, 'sql', 'sql/statements'])
      expect(await gateway.post(`/api/${path}`, SEED, { 'content-type': type })).toMatchObject({ status: 415 });
  },
);

it('says what there is instead of an unknown route or method, where nobody else would', async () => {
  const unknown = await gateway.get('/api/run?label=x');
  expect(unknown).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ROUTE' } });
  expect(unknown.body.detail).toBe('There is no /api/run here. Did you mean /api/runs?');

  const put = await gateway.send('PUT', '/api/runs', SEED);
  expect(put).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ROUTE' }, headers: { allow: 'GET, POST' } });
  expect((await gateway.get('/api')).status).toBe(404);
});

it('writes JSON with a newline at its end, and for people where they ask', async () => {
  const plain = await gateway.get('/api/runs?limit=1');
  const pretty = await gateway.get('/api/runs?limit=1&pretty');
  const refused = await gateway.get('/api/runs?lable=x&pretty=true');

  expect(plain.text).toMatch(/^\{"runs":.*\}\n$/);
  expect(pretty.text).toBe(`${JSON.stringify(plain.body, null, 2)}\n`);
  expect(refused.text).toContain(
    '\n  "detail": "Query parameter lable: There is no such parameter here. Did you mean label?',
  );
});
