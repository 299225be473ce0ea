import { describe, expect, it } from 'vitest';
import type { RunTarget } from '../../../src/shared/domain/run-request.ts';
import { app, type Options, policyOf, runRequest } from './asked.ts';

/** The rule of the HTTP contract's example, by which a team runs its notebooks. */
const ETL = {
  id: 'etl-team',
  effect: 'permit',
  callers: { ids: ['tenant/etl'] },
  actions: ['runs:submit', 'runs:run_now'],
  workspaces: ['default'],
  jobs: ['123', 'nightly'],
  notebooks: ['/Shared/etl/', '/Shared/team1/'],
  task_types: [
    'notebook_task',
    'sql_task',
    'for_each_task',
    'run_job_task',
    'spark_python_task',
    'gen_ai_compute_task',
  ],
  compute: {
    existing_cluster_ids: ['shared-1'],
    serverless: true,
    new_cluster: { node_types: ['Standard_DS3_v2'], max_workers: 8, policy_ids: ['small'] },
  },
  allow_fields: ['libraries'],
  max_timeout_seconds: 3_600,
  required_labels: ['cost_center'],
  notify: { email_domains: ['example.com'], callback_hosts: ['*.example.com'] },
};

/** Names no condition about bodies. */
const PLAIN = { id: 'plain', effect: 'permit', callers: {}, actions: ['runs:submit', 'runs:run_now'] };
const PATHS = { ...PLAIN, id: 'paths', notebooks: ['/Shared/etl/'] };

type Row = [what: string, body: Record<string, unknown>, failed?: RegExp | undefined, options?: Options];

const notebook = (path: unknown, more: object = {}) => ({ notebook_task: { notebook_path: path, ...more } });
const dbt = (...commands: unknown[]) => ({ dbt_task: { project_directory: '/Shared/etl/dbt', commands } });
const OTHER_CODE = /^dbt_task\/commands may run other code than the project's$/;
const bounded = { timeout_seconds: 600 };
const labelled: Options = { labels: { cost_center: '42' } };
const cluster = {
  spark_version: '16.4.x-scala2.12',
  node_type_id: 'Standard_DS3_v2',
  num_workers: 2,
  policy_id: 'small',
};
const ok = notebook('/Shared/etl/load');
const job = (target: RunTarget): Options => ({ ...labelled, deadlineMs: 60_000, target });

/** A decision of either kind. */
interface Shown {
  allowed: boolean;
  rule: string | null;
  nearest: { rule: string; failed: string[] };
  detail: string;
}

/** Those without a miss are allowed. */
const ETL_ROWS: Row[] = [
  ['a notebook of the team', ok],
  ['a notebook by the other name of the root', notebook('/Workspace/Shared/etl/load')],
  [
    'a notebook of a team with a longer name',
    notebook('/Shared/team10/load'),
    /^notebook_task\/notebook_path \/Shared\/team10\/load is not within \/Shared\/etl\/, \/Shared\/team1\//,
  ],
  ['a notebook of the team with the shorter name', notebook('/Shared/team1/load')],
  ['a notebook whose case differs', notebook('/shared/etl/load'), /is not within/],
  ['a path that leaves by ..', notebook('/Shared/etl/../hr/pay'), /has an empty part, \. or \.\./],
  ['a path with //', notebook('/Shared/etl//load'), /has an empty part/],
  ['a path with /./', notebook('/Shared/./etl/load'), /has an empty part/],
  ['a path with an escaped dot', notebook('/Shared/etl/%2e%2e/hr/pay'), /has an escape/],
  ['a path with a backslash', notebook('/Shared/etl/..\\hr'), /has a backslash/],
  ['a path with a line break', notebook('/Shared/etl/a\nb'), /control character/],
  ['a path that Databricks fills in', notebook('/Shared/etl/{{job.parameters.x}}'), /is filled in by Databricks/],
  ['a relative path', notebook('load'), /does not begin at the root/],
  ['the prefix twice', notebook('/Workspace/Workspace/Shared/etl/load'), /is not within/],
  [
    'a notebook of a repository',
    { ...ok, git_source: { git_url: 'https://git.example/x' } },
    /notebook_path .* comes from a repository/,
  ],
  ['a notebook said to be of a repository', notebook('/Shared/etl/load', { source: 'GIT' }), /comes from a repository/],
  ['a source of a new kind', notebook('/Shared/etl/load', { source: 'VOLUME' }), /comes from a repository/],
  ['a source of the workspace', notebook('/Shared/etl/load', { source: 'WORKSPACE' })],
  [
    'a Python file elsewhere',
    { spark_python_task: { python_file: 'dbfs:/tmp/x.py' } },
    /python_file dbfs:\/tmp\/x\.py is not within/,
  ],
  ['a Python file of the team', { spark_python_task: { python_file: '/Workspace/Shared/etl/x.py' } }],
  [
    'a SQL file elsewhere',
    { sql_task: { warehouse_id: 'w', file: { path: '/Shared/hr/x.sql' } } },
    /sql_task\/file\/path \/Shared\/hr\/x\.sql is not within/,
  ],
  ['a SQL query', { sql_task: { warehouse_id: 'w', query: { query_id: 'q' } } }],
  [
    'subscriptions of a dashboard',
    { sql_task: { dashboard: { dashboard_id: 'd', subscriptions: [{ user_name: 'x@evil.com' }] } } },
    /sql_task\/dashboard\/subscriptions has power/,
  ],
  [
    'a task type that the rule does not name',
    { spark_jar_task: { main_class_name: 'x' }, existing_cluster_id: 'shared-1' },
    /spark_jar_task is not among the task types/,
  ],
  ['a task type that nobody knows', { quantum_task: { path: '/x' } }, /quantum_task is not among the task types/],
  ['a new task type that the rule names', { gen_ai_compute_task: { command: 'x' } }],
  ['a notebook of a for-each task', { for_each_task: { inputs: '[1]', task: notebook('/Shared/etl/load') } }],
  [
    'a foreign notebook of a for-each task',
    { for_each_task: { inputs: '[1]', task: notebook('/Shared/hr/pay') } },
    /for_each_task\/task\/notebook_task\/notebook_path \/Shared\/hr\/pay is not within/,
  ],
  [
    'an unknown task type of a for-each task',
    { for_each_task: { inputs: '[1]', task: { quantum_task: {} } } },
    /for_each_task\/task\/quantum_task/,
  ],
  [
    'a new cluster of a for-each task',
    { for_each_task: { inputs: '[1]', task: { ...ok, new_cluster: { ...cluster, num_workers: 99 } } } },
    /max_workers 99 > 8/,
  ],
  [
    'a foreign notebook of a second task',
    {
      tasks: [
        { task_key: 'a', ...ok },
        { task_key: 'b', ...notebook('/Shared/hr/pay') },
      ],
    },
    /tasks\/1\/notebook_task/,
  ],
  [
    'a foreign cluster beside a list of tasks',
    { existing_cluster_id: 'hr', tasks: [{ task_key: 'a', ...ok }] },
    /existing_cluster_id hr is not among shared-1/,
  ],
  ['a job that a task starts', { run_job_task: { job_id: 123 } }],
  ['a job that a task starts, as text with zeros', { run_job_task: { job_id: '000123' } }],
  ['a foreign job that a task starts', { run_job_task: { job_id: 124 } }, /job 124 is not among 123, nightly/],
  [
    'a job that Databricks fills in',
    { run_job_task: { job_id: '{{input}}' } },
    /job that cannot be known is not among/,
  ],
  ['an existing cluster', { ...ok, existing_cluster_id: 'shared-1' }],
  [
    'a foreign cluster',
    { ...ok, existing_cluster_id: 'shared-10' },
    /existing_cluster_id shared-10 is not among shared-1/,
  ],
  ['a small new cluster', { ...ok, new_cluster: cluster }],
  ['a large new cluster', { ...ok, new_cluster: { ...cluster, num_workers: 16 } }, /^max_workers 16 > 8$/],
  ['a number of workers as text', { ...ok, new_cluster: { ...cluster, num_workers: '16' } }, /max_workers 16 > 8/],
  [
    'a new cluster that grows',
    { ...ok, new_cluster: { ...cluster, autoscale: { min_workers: 1, max_workers: 40 } } },
    /max_workers 40 > 8/,
  ],
  [
    'a new cluster that grows by another spelling',
    { ...ok, new_cluster: { ...cluster, autoscale: { max_workers: 2, maxWorkers: 40 } } },
    /new_cluster\/autoscale\/maxWorkers is a field that is not known/,
  ],
  [
    'a new cluster that begins larger than it may grow',
    { ...ok, new_cluster: { ...cluster, autoscale: { min_workers: 40, max_workers: 2 } } },
    /max_workers 40 > 8/,
  ],
  [
    'a number of workers that is none',
    { ...ok, new_cluster: { ...cluster, num_workers: 1e30 } },
    /does not say how many workers/,
  ],
  [
    'a new cluster of no said size',
    { ...ok, new_cluster: { ...cluster, num_workers: null } },
    /does not say how many workers/,
  ],
  [
    'another node type',
    { ...ok, new_cluster: { ...cluster, node_type_id: 'Standard_NC24' } },
    /node type Standard_NC24 is not among Standard_DS3_v2/,
  ],
  [
    'another node type of the driver',
    { ...ok, new_cluster: { ...cluster, driver_node_type_id: 'Standard_NC24' } },
    /node type Standard_NC24/,
  ],
  ['no node type', { ...ok, new_cluster: { ...cluster, node_type_id: null } }, /does not say its node_type_id/],
  [
    'another policy of clusters',
    { ...ok, new_cluster: { ...cluster, policy_id: 'large' } },
    /policy_id large is not among small/,
  ],
  ['no policy of clusters', { ...ok, new_cluster: { ...cluster, policy_id: undefined } }, /has no policy_id/],
  [
    'a field of a cluster that nobody knows',
    { ...ok, new_cluster: { ...cluster, root_shell: true } },
    /new_cluster\/root_shell is a field that is not known/,
  ],
  [
    'variables of a cluster with secrets',
    { ...ok, new_cluster: { ...cluster, spark_env_vars: { T: '{{secrets/hr/token}}' } } },
    /new_cluster\/spark_env_vars has power/,
  ],
  ['a configuration of Spark', { ...ok, new_cluster: { ...cluster, spark_conf: { a: 'b' } } }, /spark_conf has power/],
  [
    'scripts of a cluster',
    { ...ok, new_cluster: { ...cluster, init_scripts: [{ workspace: { destination: '/x' } }] } },
    /init_scripts has power/,
  ],
  ['an image', { ...ok, new_cluster: { ...cluster, docker_image: { url: 'evil/x' } } }, /docker_image has power/],
  ['keys of SSH', { ...ok, new_cluster: { ...cluster, ssh_public_keys: ['x'] } }, /ssh_public_keys has power/],
  [
    'attributes of Azure',
    { ...ok, new_cluster: { ...cluster, azure_attributes: { first_on_demand: 1 } } },
    /azure_attributes has power/,
  ],
  ['a pool of instances', { ...ok, new_cluster: { ...cluster, instance_pool_id: 'p' } }, /instance_pool_id has power/],
  [
    'a cluster without isolation',
    { ...ok, new_cluster: { ...cluster, data_security_mode: 'NONE' } },
    /data_security_mode has power/,
  ],
  ['a cluster with isolation', { ...ok, new_cluster: { ...cluster, data_security_mode: 'USER_ISOLATION' } }],
  [
    'a cluster of another user',
    { ...ok, new_cluster: { ...cluster, single_user_name: 'ceo@example.com' } },
    /single_user_name has power/,
  ],
  ['libraries, which the rule allows', { ...ok, libraries: [{ whl: '/Volumes/x.whl' }] }],
  [
    'environments',
    { ...ok, environments: [{ environment_key: 'e', spec: { dependencies: ['evil'] } }] },
    /environments has power/,
  ],
  ['another identity', { ...ok, run_as: { service_principal_name: 'admin' } }, /run_as has power/],
  [
    'permissions of the run',
    { ...ok, access_control_list: [{ group_name: 'users', permission_level: 'CAN_MANAGE' }] },
    /access_control_list has power/,
  ],
  ['webhooks', { ...ok, webhook_notifications: { on_start: [{ id: 'd' }] } }, /webhook_notifications has power/],
  [
    'webhooks of a task',
    { tasks: [{ task_key: 'a', ...ok, webhook_notifications: { on_start: [{ id: 'd' }] } }] },
    /tasks\/0\/webhook_notifications has power/,
  ],
  ['a budget of others', { ...ok, budget_policy_id: 'b' }, /budget_policy_id has power/],
  ['a field that nobody knows', { ...ok, sudo: true }, /sudo is a field that is not known/],
  ['a field under another spelling', { ...ok, gitSource: {} }, /gitSource is a field that is not known/],
  ['a field of a task that nobody knows', { tasks: [{ task_key: 'a', ...ok, sudo: true }] }, /tasks\/0\/sudo/],
  [
    'a field of a notebook task that nobody knows',
    notebook('/Shared/etl/load', { notebookPath: '/Shared/hr/pay' }),
    /notebook_task\/notebookPath is a field that is not known/,
  ],
  ['a field that is null', { ...ok, git_source: null, run_as: null }],
  [
    'parameters, whatever they hold',
    notebook('/Shared/etl/load', { base_parameters: { a: '{{secrets/hr/token}} /Shared/hr' } }),
  ],
  ['no limit of time', { ...ok, timeout_seconds: 0 }, /may take as long as it likes/],
  ['a longer time', { ...ok, timeout_seconds: 7_200 }, /timeout_seconds 7200 > 3600/],
  [
    'a deadline in the place of a timeout',
    { ...ok, timeout_seconds: 0 },
    undefined,
    { ...labelled, deadlineMs: 3_600_000 },
  ],
  ['a missing label', ok, /label cost_center is missing/, {}],
  ['a tag that imitates the label', { ...ok, tags: { cost_center: '43' } }, /tag cost_center says something else/],
  [
    'a tag that imitates the label in other letters',
    { ...ok, tags: { Cost_Center: '43' } },
    /tag Cost_Center says something else/,
  ],
  [
    'a second label that imitates the first',
    ok,
    /label COST_CENTER says something else/,
    { labels: { cost_center: '42', COST_CENTER: '43' } },
  ],
  ['a label of spaces', ok, /label cost_center is missing/, { labels: { cost_center: ' ' } }],
  ['a tag of its own', { ...ok, tags: { stage: 'test' } }],
  [
    "a label that imitates the gateway's tags",
    ok,
    /gateway\/labels has power/,
    { labels: { cost_center: '42', gateway_caller: 'app:ceo' } },
  ],
  [
    'a thousand fields and one',
    { ...ok, ...Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`f${i}`, 1])) },
    /f0 is a field/,
  ],
  ["a tag that imitates the gateway's", { ...ok, tags: { gateway_caller: 'app:ceo' } }, /tags has power/],
  ['mail to the organisation', { ...ok, email_notifications: { on_failure: ['ops@example.com'] } }],
  [
    'mail to others',
    { ...ok, email_notifications: { on_failure: ['x@evil.com'] } },
    /writes to x@evil\.com, and the domains are example\.com/,
  ],
  [
    'mail to others by a task',
    { tasks: [{ task_key: 'a', ...ok, email_notifications: { on_start: ['x@evil.com'] } }] },
    /tasks\/0\/email_notifications writes to x@evil\.com/,
  ],
  [
    'mail to others by settings in a list',
    { tasks: [{ task_key: 'a', ...ok, email_notifications: [{ on_start: ['x@evil.com'] }] }] },
    /tasks\/0\/email_notifications writes to nobody knows whom/,
  ],
  [
    'an address that holds another one',
    { ...ok, email_notifications: { on_failure: ['=?utf-8?q?x=40evil.com=3e?=@example.com'] } },
    /the domains are example\.com/,
  ],
  [
    'an address that is to be passed on',
    { ...ok, email_notifications: { on_failure: ['x%evil.com@example.com'] } },
    /the domains are example\.com/,
  ],
  [
    'two addresses as one',
    { ...ok, email_notifications: { on_failure: ['x@evil.com,ops@example.com'] } },
    /the domains are example\.com/,
  ],
  [
    'mail to others by the gateway',
    ok,
    /gateway\/notify\/email writes to x@evil\.com/,
    { ...labelled, notify: { channels: [{ name: 'email', target: 'x@evil.com' }] } },
  ],
  [
    'a callback to the organisation',
    ok,
    undefined,
    { ...labelled, notify: { channels: [{ name: 'callback', target: 'https://hooks.example.com/x' }] } },
  ],
  [
    'a callback to others',
    ok,
    /callback_url goes to example\.com\.evil\.com/,
    { ...labelled, notify: { channels: [{ name: 'callback', target: 'https://example.com.evil.com/x' }] } },
  ],
  ['another workspace', ok, /workspace prod is not among default/, { ...labelled, workspace: 'prod' }],
  ['a job by id', {}, undefined, job({ kind: 'run_now', job: { id: '123' } })],
  ['a job by name', {}, undefined, job({ kind: 'run_now', job: { name: 'nightly' } })],
  ['another job by id', {}, /job 1234 is not among/, job({ kind: 'run_now', job: { id: '1234' } })],
  [
    'commands for another job',
    { dbt_commands: ['dbt run'] },
    /dbt_commands has power/,
    job({ kind: 'run_now', job: { id: '123' } }),
  ],
  [
    'parameters of a job',
    { job_parameters: { a: 'b' }, notebook_params: { c: 'd' } },
    undefined,
    job({ kind: 'run_now', job: { id: '123' } }),
  ],
];

const PLAIN_ROWS: Row[] = [
  ['what no condition asks about', { ...ok, existing_cluster_id: 'any' }],
  [
    'a new cluster',
    { ...ok, new_cluster: { ...cluster, policy_id: null } },
    /new_cluster is not among the compute that it names/,
  ],
  ['a repository', { ...ok, git_source: {} }, /git_source has power, and is not among the fields none/],
  ['a task type that nobody knows', { quantum_task: {} }, /a task type that is not known/],
  ['a job by any name', {}, undefined, { target: { kind: 'run_now', job: { name: 'x' } } }],
  ['a job that a task starts', { run_job_task: { job_id: 1 } }],
];

const PATHS_ROWS: Row[] = [
  ['a notebook within', notebook('/Shared/etl/x')],
  ['a task without a path', { python_wheel_task: { package_name: 'x' } }, /task_types has to name python_wheel_task/],
  ['a SQL query, which is no path', { sql_task: { query: { query_id: 'q' } } }, /task_types has to name sql_task/],
  ['a condition, which runs nothing', { condition_task: { op: 'EQUAL_TO', left: '1', right: '1' } }],
  [
    'a dbt project elsewhere',
    { dbt_task: { project_directory: '/Shared/hr', commands: ['dbt run'] } },
    /project_directory \/Shared\/hr is not within/,
  ],
  ['a dbt project within', dbt('dbt deps', `dbt run --select tag:nightly --vars '{"a": 1}'`, 'dbt test --fail-fast')],
  ['another project by a command of dbt', dbt('dbt run --project-dir /Shared/hr'), OTHER_CODE],
  ['another project by a command in quotes', dbt('dbt run "--project-dir" /Shared/hr'), OTHER_CODE],
  ['another project by a shortened option', dbt('dbt run --project=/Shared/hr'), OTHER_CODE],
  ['a macro by a command of dbt', dbt("dbt run-operation run_query --args '{sql: drop}'"), OTHER_CODE],
  ['a statement by a command of dbt', dbt("dbt show --inline 'select 1'"), OTHER_CODE],
  ['another program after dbt', dbt('dbt run; curl evil.com'), OTHER_CODE],
  ['another program than dbt', dbt('curl evil.com'), OTHER_CODE],
  ['a command that Databricks fills in', dbt('dbt run --select {{job.parameters.x}}'), OTHER_CODE],
  ['a command that is no text', dbt({}), OTHER_CODE],
  [
    'a query beside the file that is allowed',
    { sql_task: { warehouse_id: 'w', file: { path: '/Shared/etl/x.sql' }, query: { query_id: 'q' } } },
    /task_types has to name sql_task/,
  ],
  ['a path with a space at its end', notebook('/Shared/etl/x '), /begins or ends with a space/],
  ['a path that is composed in two ways', notebook('/Shared/etl/e\u0301'), /could be written in two ways/],
  ['a path with a character that nobody sees', notebook('/Shared/etl/\u200Bx'), /cannot be seen/],
];

/** Names existing clusters, and neither serverless compute nor new ones. */
const CLUSTERS = { ...PLAIN, id: 'clusters', compute: { existing_cluster_ids: ['c'] } };
const CLUSTERS_ROWS: Row[] = [
  ['a SQL notebook on a warehouse', notebook('/x', { warehouse_id: 'w' })],
  ['a notebook on a warehouse that is none', notebook('/x', { warehouse_id: '' }), /serverless compute/],
  ['a notebook on a warehouse of spaces', notebook('/x', { warehouse_id: ' ' }), /serverless compute/],
  ['a notebook on a warehouse that is no text', notebook('/x', { warehouse_id: false }), /serverless compute/],
  [
    'a notebook on a warehouse that Databricks fills in',
    notebook('/x', { warehouse_id: '{{job.parameters.x}}' }),
    /serverless compute/,
  ],
  ['dbt without a cluster', { dbt_task: { commands: ['dbt run'], warehouse_id: 'w' } }, /serverless compute/],
  ['dbt on the cluster', { dbt_task: { commands: ['dbt run'] }, existing_cluster_id: 'c' }],
];

describe.each([
  ['clusters', CLUSTERS, CLUSTERS_ROWS, {}, {}],
  ['etl-team', ETL, ETL_ROWS, { ...bounded }, labelled],
  ['plain', PLAIN, PLAIN_ROWS, {}, {}],
  ['paths', PATHS, PATHS_ROWS, {}, {}],
] as const)('the rule %s', (id, rule, rows, base, defaults) => {
  const policy = policyOf(rule);

  it.each(rows)('judges %s', (_what, body, failed, options = defaults) => {
    const isRunNow = options.target?.kind === 'run_now';
    const decision = policy.decide(runRequest({ ...(isRunNow ? {} : base), ...body }, options));

    // What failed is told apart by lines.
    const { allowed, rule, nearest, detail = '' } = { nearest: undefined, ...decision } as Partial<Shown>;
    expect({ allowed, rule, nearest: nearest?.rule, says: detail.includes(`Rule ${id} comes nearest`) }).toEqual(
      failed === undefined
        ? { allowed: true, rule: id, nearest: undefined, says: false }
        : { allowed: false, rule: null, nearest: id, says: true },
    );
    expect(nearest?.failed.join('\n') ?? '').toMatch(failed ?? /^$/);
  });
});

it('says what the nearest rule allows and what it does not', () => {
  const body = { ...bounded, ...ok, new_cluster: { ...cluster, num_workers: 16 } };

  expect(policyOf(PLAIN, ETL).decide(runRequest(body, labelled))).toMatchObject({
    allowed: false,
    detail: expect.stringMatching(
      /^No rule allows runs:submit of this kind\. Rule (etl-team|plain) comes nearest: .*(max_workers 16 > 8|new_cluster is not among)/,
    ) as string,
  });
  expect(policyOf(ETL).decide(runRequest(body, labelled))).toMatchObject({
    detail:
      'No rule allows runs:submit of this kind. Rule etl-team comes nearest: it allows the workspace, the task types, the code, the fields, the timeout, the labels, but max_workers 16 > 8.',
  });
});

it('names the permit that missed least, whatever their order', () => {
  const other = { ...ETL, id: 'other', workspaces: ['prod'], notebooks: ['/Shared/other/'] };
  const request = runRequest({ ...bounded, ...notebook('/Shared/etl/x'), run_as: {} }, labelled);

  for (const rules of [
    [other, ETL],
    [ETL, other],
  ]) {
    expect(policyOf(...rules).decide(request)).toMatchObject({
      nearest: { rule: 'etl-team', failed: [expect.stringContaining('run_as')] },
    });
  }
});

it('says that no rule is for the caller, and that none is for the action', () => {
  const stranger = { ...app, id: 'tenant/other' };

  expect(policyOf(ETL).decide({ ...runRequest(ok), caller: stranger })).toEqual({
    allowed: false,
    rule: null,
    detail: 'No rule lets this caller do anything, runs:submit included.',
  });
  expect(
    policyOf(ETL).decide({ caller: app, source: 'http', action: 'runs:read', workspace: 'default' }),
  ).toMatchObject({
    nearest: { rule: 'etl-team', failed: ['it is about runs:submit, runs:run_now, and this is runs:read'] },
  });
});
