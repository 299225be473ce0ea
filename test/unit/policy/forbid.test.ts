import { expect, it } from 'vitest';
import type { PolicyRequest } from '../../../src/shared/policy/policy-request.ts';
import { policySchema } from '../../../src/shared/policy/policy-schema.ts';
import { app, type Options, policyOf, runRequest } from './asked.ts';

const ALL = {
  id: 'all',
  effect: 'permit',
  callers: {},
  actions: ['*'],
  compute: { existing_cluster_ids: ['*'], serverless: true, new_cluster: {} },
  allow_fields: ['*'],
  task_types: ['*'],
  sql: { classes: ['*'], functions: ['*'] },
};

const notebook = (path: unknown, more: object = {}) => ({ notebook_task: { notebook_path: path }, ...more });
const submit = (body: Record<string, unknown>, options?: Options) => runRequest(body, options);
const statement = (sql: Partial<NonNullable<PolicyRequest['sql']>>): PolicyRequest => ({
  caller: app,
  source: 'http',
  action: 'sql:read',
  workspace: 'default',
  sql: { classes: ['SELECT'], functions: [], catalogs: ['main'], ...sql },
});
const made = (cluster: object) =>
  notebook('/x', { new_cluster: { num_workers: 2, node_type_id: 'small', ...cluster } });
const python = (file: string) => submit({ spark_python_task: { python_file: file } });
const GUID = '11111111-aaaa-4bbb-8ccc-222222222222';
const OBJECT = `${GUID}/33333333-dddd-4eee-8fff-444444444441`;
const of = (caller: object) => runRequest(notebook('/x'), { caller: { ...app, ...caller } });
const read = (owner: object): PolicyRequest => ({
  caller: app,
  source: 'http',
  action: 'runs:read',
  workspace: 'default',
  owner: { kind: 'app', id: app.id, ...owner },
});

it.each<[what: string, forbid: object, request: PolicyRequest, isForbidden: boolean]>([
  ['everything', {}, submit(notebook('/x')), true],
  ['an action', { actions: ['runs:read'] }, submit(notebook('/x')), false],
  ['other callers', { callers: { ids: ['tenant/other'] } }, submit(notebook('/x')), false],
  ['a notebook within', { notebooks: ['/Shared/hr'] }, submit(notebook('/Workspace/Shared/hr/pay')), true],
  ['a notebook beside', { notebooks: ['/Shared/hr'] }, submit(notebook('/Shared/hr2/pay')), false],
  ['a notebook that cannot be known', { notebooks: ['/Shared/hr'] }, submit(notebook('/Shared/x/../hr/pay')), true],
  ['a notebook of a repository', { notebooks: ['/Shared/hr'] }, submit({ ...notebook('x'), git_source: {} }), true],
  ['a file of a volume by its other name', { notebooks: ['/Volumes/hr/'] }, python('dbfs:/Volumes/hr/a/b/x.py'), true],
  ['a file of DBFS with more slashes', { notebooks: ['dbfs:/hr/'] }, python('dbfs:///hr/x.py'), true],
  ['a file of DBFS by its mount', { notebooks: ['dbfs:/hr/'] }, python('/dbfs/hr/x.py'), true],
  ['a file by the disk of a cluster', { notebooks: ['/Shared/hr/'] }, python('file:/Workspace/Shared/hr/x.py'), true],
  ['a file of DBFS beside', { notebooks: ['dbfs:/hr/'] }, python('dbfs:/hr2/x.py'), false],
  ['a caller in capital letters', { callers: { ids: [OBJECT.toUpperCase()] } }, of({ id: OBJECT }), true],
  ['a group in capital letters', { callers: { groups: [GUID.toUpperCase()] } }, of({ groups: [GUID] }), true],
  ['a body without notebooks', { notebooks: ['/Shared/hr'] }, submit({ condition_task: {} }), false],
  ['an action without a body', { notebooks: ['/Shared/hr'] }, read({}), false],
  ['a task type', { task_types: ['spark_jar_task'] }, submit({ spark_jar_task: {} }), true],
  [
    'a task type that a for-each task repeats',
    { task_types: ['spark_jar_task'] },
    submit({ for_each_task: { task: { spark_jar_task: {} } } }),
    true,
  ],
  ['a field', { allow_fields: ['run_as'] }, submit(notebook('/x', { run_as: {} })), true],
  [
    'a plain field',
    { allow_fields: ['performance_target'] },
    submit(notebook('/x', { performance_target: 'STANDARD' })),
    true,
  ],
  ['a field of clusters', { allow_fields: ['new_cluster.spark_conf'] }, submit(made({ spark_conf: {} })), true],
  [
    'a cluster',
    { compute: { existing_cluster_ids: ['c'] } },
    submit(notebook('/x', { existing_cluster_id: 'c' })),
    true,
  ],
  [
    'another cluster',
    { compute: { existing_cluster_ids: ['c'] } },
    submit(notebook('/x', { existing_cluster_id: 'd' })),
    false,
  ],
  [
    'a cluster that cannot be known',
    { compute: { existing_cluster_ids: ['c'] } },
    submit(notebook('/x', { existing_cluster_id: '{{x}}' })),
    true,
  ],
  ['serverless compute', { compute: { serverless: true } }, submit(notebook('/x')), true],
  [
    'a cluster, where serverless is forbidden',
    { compute: { serverless: true } },
    submit(notebook('/x', { existing_cluster_id: 'd' })),
    false,
  ],
  ['every new cluster', { compute: { new_cluster: {} } }, submit(made({})), true],
  ['a large cluster', { compute: { new_cluster: { max_workers: 8 } } }, submit(made({ num_workers: 9 })), true],
  ['a small cluster', { compute: { new_cluster: { max_workers: 8 } } }, submit(made({ num_workers: 8 })), false],
  [
    'a cluster of no said size',
    { compute: { new_cluster: { max_workers: 8 } } },
    submit(made({ num_workers: null })),
    true,
  ],
  [
    'a node type',
    { compute: { new_cluster: { node_types: ['gpu'] } } },
    submit(made({ driver_node_type_id: 'gpu' })),
    true,
  ],
  [
    'a large cluster of another node type',
    { compute: { new_cluster: { node_types: ['gpu'], max_workers: 1 } } },
    submit(made({})),
    false,
  ],
  ['a job', { jobs: ['9'] }, submit({}, { target: { kind: 'run_now', job: { id: '9' } } }), true],
  ['a job with zeros', { jobs: ['09'] }, submit({}, { target: { kind: 'run_now', job: { id: '9' } } }), true],
  ['another job', { jobs: ['9'] }, submit({}, { target: { kind: 'run_now', job: { id: '8' } } }), false],
  ['a job by name', { jobs: ['pay'] }, submit({}, { target: { kind: 'run_now', job: { name: 'pay' } } }), true],
  [
    'a job by id, where names are forbidden',
    { jobs: ['pay'] },
    submit({}, { target: { kind: 'run_now', job: { id: '8' } } }),
    true,
  ],
  ['a job that a task starts', { jobs: ['9'] }, submit({ run_job_task: { job_id: '9' } }), true],
  [
    'a job that a task starts and that cannot be known',
    { jobs: ['9'] },
    submit({ run_job_task: { job_id: '{{x}}' } }),
    true,
  ],
  ['a long time', { max_timeout_seconds: 60 }, submit(notebook('/x', { timeout_seconds: 61 })), true],
  ['no limit of time', { max_timeout_seconds: 60 }, submit(notebook('/x')), true],
  ['a missing label', { required_labels: ['team'] }, submit(notebook('/x')), true],
  ['a label that is there', { required_labels: ['team'] }, submit(notebook('/x'), { labels: { team: 'a' } }), false],
  [
    'mail to a domain',
    { notify: { email_domains: ['evil.com'] } },
    submit(notebook('/x', { email_notifications: { on_start: ['a@EVIL.com'] } })),
    true,
  ],
  [
    'mail to nobody knows whom',
    { notify: { email_domains: ['evil.com'] } },
    submit(notebook('/x', { email_notifications: { on_start: [{}] } })),
    true,
  ],
  ['no mail', { notify: { email_domains: ['evil.com'] } }, submit(notebook('/x')), false],
  [
    'a callback',
    { notify: { callback_hosts: ['*.evil.com'] } },
    submit(notebook('/x'), { notify: { channels: [{ name: 'callback', target: 'https://a.evil.com/' }] } }),
    true,
  ],
  ['a workspace', { workspaces: ['prod'] }, submit(notebook('/x'), { workspace: 'prod' }), true],
  ['a template', { templates: ['x'] }, submit(notebook('/x'), { template: 'x' }), true],
  [
    'the body of a template',
    { notebooks: ['/Shared/hr'] },
    submit(notebook('/Shared/hr/pay'), { template: 'x' }),
    true,
  ],
  [
    'a workspace and a notebook, of which one fits',
    { workspaces: ['prod'], notebooks: ['/Shared/hr'] },
    submit(notebook('/Shared/hr/x')),
    false,
  ],
  ['what is its own', { own: true }, read({}), true],
  ['what is of others', { own: true }, read({ id: 'tenant/other' }), false],
  ['what another kind of caller has under the same id', { own: true }, read({ kind: 'key' }), false],
  ['a class in small letters', { sql: { classes: ['drop'] } }, statement({ classes: ['DROP'] }), true],
  ['a function in capitals', { sql: { functions: ['READ_FILES'] } }, statement({ functions: ['read_files'] }), true],
  ['a class', { sql: { classes: ['DROP'] } }, statement({ classes: ['DROP'] }), true],
  ['another class', { sql: { classes: ['DROP'] } }, statement({}), false],
  ['a statement that cannot be read', { sql: { classes: ['DROP'] } }, statement({ classes: null }), true],
  ['a function', { sql: { functions: ['read_files'] } }, statement({ functions: ['read_files'] }), true],
  [
    'a catalog, whatever its case',
    { sql: { catalogs: ['Secret'] } },
    statement({ catalogs: ['main', 'SECRET'] }),
    true,
  ],
  ['catalogs that cannot be known', { sql: { catalogs: ['secret'] } }, statement({ catalogs: null }), true],
])('a forbid and %s', (_what, conditions, request, isForbidden) => {
  const forbid = { id: 'no', effect: 'forbid', callers: {}, actions: ['*'], ...conditions };

  for (const rules of [
    [ALL, forbid],
    [forbid, ALL],
  ]) {
    const forbidden = { allowed: false, rule: 'no', detail: expect.stringContaining('Rule no forbids') as string };
    expect(policyOf(...rules).decide(request)).toMatchObject(isForbidden ? forbidden : { allowed: true, rule: 'all' });
  }
});

it.each([
  ['a task type that there cannot be', { task_types: ['notebook'] }, '/rules/0/task_types/0'],
  ['a class of two words', { sql: { classes: ['CREATE TABLE'] } }, '/rules/0/sql/classes/0'],
])('takes no rule with %s, which would never match', (_what, conditions, place) => {
  const rule = { id: 'no', effect: 'forbid', callers: {}, actions: ['*'], ...conditions };
  const { error } = policySchema.safeParse({ version: 1, rules: [rule] });

  expect(error?.issues.map(({ path }) => `/${path.join('/')}`)).toEqual([place]);
});
