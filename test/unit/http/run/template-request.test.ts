import { expect, it } from 'vitest';
import { loadConfig } from '../../../../src/shared/config/config.ts';
import { ProblemError } from '../../../../src/shared/http/problem.ts';
import { parseTemplateCall, runProblems } from '../../../../src/shared/http/run/template-request.ts';
import { parseJson } from '../../../../src/shared/json.ts';
import type { Template } from '../../../../src/shared/templates/template.ts';
import { templatesSchema } from '../../../../src/shared/templates/templates-schema.ts';

const config = loadConfig({
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'adb-1.azuredatabricks.net',
  DATABRICKS_TOKEN: 'token',
  WORKSPACES: '[{"name":"other","host":"adb-2.azuredatabricks.net","auth_type":"azure-msi"}]',
});

const DOCUMENT = {
  load: {
    description: 'Loads a table',
    parameters: {
      type: 'object',
      properties: {
        table: { type: 'string', pattern: '^([a-z_]+)+$', maxLength: 20 },
        id: { type: 'integer' },
        rows: { type: 'array', items: { type: 'integer' }, default: [1, 2] },
        note: { type: 'string' },
        options: { type: 'object' },
        seconds: { type: 'integer', minimum: 0, default: 60 },
        team: { type: 'string', default: 'etl' },
      },
      required: ['table'],
    },
    request: {
      run_name: '{{note}}',
      existing_cluster_id: '0101-000000-local00',
      timeout_seconds: '{{seconds}}',
      notebook_task: {
        notebook_path: '/Shared/load',
        base_parameters: {
          table: '{{table}}',
          id: '{{id}}',
          rows: '{{rows}}',
          options: '{{options}}',
          run: '{{job.run_id}}',
        },
      },
      gateway: {
        deadline_seconds: 600,
        labels: { team: '{{team}}' },
        notify: { email: ['ops@example.com'], on: ['failed'] },
      },
    },
  },
  saved: {
    description: 'Runs a saved job',
    parameters: { type: 'object', properties: { all: { type: 'object' } } },
    request: { job: 1152921504606846977n, job_parameters: '{{all}}', gateway: { workspace: 'other' } },
  },
};

const templates = await templatesSchema((request) => runProblems(request, config)).parseAsync(
  parseJson(
    JSON.stringify(DOCUMENT, (_key, value: unknown) => (typeof value === 'bigint' ? `#${value}` : value)).replaceAll(
      /"#(\d+)"/g,
      '$1',
    ),
  ),
);

function templateNamed(name: string): Template {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`No template ${name}.`);
  return template;
}

function call(name: string, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return parseTemplateCall(templateNamed(name), parseJson(text) as Record<string, unknown>, config);
}

function problemOf(name: string, body: unknown): { code: string; errors: string[] } {
  try {
    call(name, body);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { code: error.code, errors: (error.extras.errors ?? []).map(({ path, message }) => `${path}: ${message}`) };
  }
  throw new Error('The call was taken.');
}

it('puts values in as JSON, digits kept, and as text where Databricks takes text', () => {
  const { databricksBody, request } = call(
    'load',
    '{"parameters":{"table":"sales","id":9007199254740993,"note":"a \\"b\\" {c}","options":{"deep":1.50}}}',
  );

  expect(databricksBody).toBe(
    '{"run_name":"a \\"b\\" {c}","existing_cluster_id":"0101-000000-local00","timeout_seconds":60,"notebook_task":' +
      '{"notebook_path":"/Shared/load","base_parameters":{"table":"sales","id":"9007199254740993","rows":"[1,2]",' +
      '"options":"{\\"deep\\":1.5}","run":"{{job.run_id}}"}}}',
  );
  expect(request).toMatchObject({
    template: 'load',
    target: { kind: 'submit' },
    labels: { team: 'etl' },
    deadlineMs: 600_000,
  });
});

it('leaves out what is not given and has no default', () => {
  const { notebook_task: task, run_name: name } = parseJson(
    call('load', { parameters: { table: 'a' } }).databricksBody,
  ) as {
    notebook_task: { base_parameters: object };
    run_name?: string;
  };

  expect(Object.keys(task.base_parameters)).toEqual(['table', 'rows', 'run']);
  expect(name).toBeUndefined();
});

it('makes a run of a saved job, by its id of any size, with a whole map of parameters', () => {
  const { databricksBody, request } = call('saved', { parameters: { all: { n: 1, s: 'x', none: null } } });

  expect(request).toMatchObject({
    target: { kind: 'run_now', job: { id: '1152921504606846977' } },
    workspace: 'other',
  });
  expect(databricksBody).toBe('{"job_parameters":{"n":"1","s":"x","none":null}}');
});

it.each<[unknown, string[]]>([
  [{}, ['/parameters/table: Is required.']],
  [{ parameters: null }, ['/parameters/table: Is required.']],
  [{ parameters: { table: 'A' } }, ['/parameters/table: Must match pattern "^([a-z_]+)+$".']],
  [{ parameters: { table: 'a', 'b/c': 1 } }, ['/parameters/b~1c: Unknown parameter.']],
  [{ parameters: { table: 'a', rows: [1, 'x'] } }, ['/parameters/rows/1: Must be integer.']],
  [
    { parameters: { table: 'a', id: 1.5, seconds: -1 } },
    ['/parameters/id: Must be integer.', '/parameters/seconds: Must be >= 0.'],
  ],
  [
    { parameters: { table: 'a', options: { x: '{{secrets/a/b}}' } } },
    ['/parameters/options/x: A value holds no reference of Databricks: {{ is not taken.'],
  ],
  ['{"parameters":{"table":"a","__proto__":{"id":1}}}', ['/parameters/__proto__: No member may have this name.']],
  [
    '{"parameters":{"table":"a","options":{"constructor":1}}}',
    ['/parameters/options/constructor: No member may have this name.'],
  ],
  [
    { parameters: { table: 'a', note: 'x'.repeat(10_001) } },
    ['/parameters/note: A text has at most 10000 characters.'],
  ],
  [
    { parameters: { table: 'a', rows: Array.from({ length: 3_000 }, () => 1) } },
    ['/parameters: The parameters hold more than 2000 values.'],
  ],
  [
    { parameters: { table: 'a', options: JSON.parse('{"a":'.repeat(30) + '1' + '}'.repeat(30)) } },
    [expect.stringContaining('nested more than 20 levels')],
  ],
  ['{"parameters":{"table":"a","id":1e400}}', ['/parameters/id: Must be integer.']],
])('refuses parameters that do not fit: %j', (body, errors) => {
  expect(problemOf('load', body)).toEqual({ code: 'TEMPLATE_PARAMETERS_INVALID', errors });
});

it('says of the parameter what the run is refused for', () => {
  const problem = problemOf('load', { parameters: { table: 'a', seconds: 3_000_000_000 } });

  expect(problem.code).toBe('TEMPLATE_PARAMETERS_INVALID');
  expect(problem.errors).toEqual([expect.stringMatching(/^\/parameters\/seconds: /)]);
});

it.each<[unknown, string]>([
  [{ parameters: [] }, '/parameters: '],
  [{ parameters: 1e30 }, '/parameters: '],
  [{ parameters: { table: 'a' }, request: {} }, '/request: Unknown key.'],
  [{ parameters: { table: 'a' }, gateway: { dead_line: 1 } }, '/gateway/dead_line: Unknown key.'],
])('refuses a call that cannot be read: %j', (body, error) => {
  expect(problemOf('load', body)).toEqual({ code: 'INVALID_BODY', errors: [expect.stringContaining(error)] });
});

it('takes time in proportion to the text for a pattern that others take for ever for', () => {
  expect(problemOf('load', { parameters: { table: `${'a'.repeat(9_999)}!` } }).code).toBe(
    'TEMPLATE_PARAMETERS_INVALID',
  );
});

it('joins what the caller asks of the gateway with what the template says', () => {
  const gateway = {
    workspace: 'default',
    deadline_seconds: 7_200,
    labels: { team: 'mine', extra: '1' },
    retry: { max_attempts: 1 },
    notify: { email: ['me@example.com'], on: ['succeeded'], queue: true },
  };
  const { request } = call('load', { parameters: { table: 'a' }, gateway });

  expect(request).toMatchObject({
    workspace: 'default',
    deadlineMs: 600_000,
    labels: { team: 'etl', extra: '1' },
    retry: { maxAttempts: 1 },
    notify: {
      on: ['failed', 'succeeded'],
      channels: [
        { name: 'queue' },
        { name: 'email', target: 'ops@example.com' },
        { name: 'email', target: 'me@example.com' },
      ],
    },
  });
  expect(call('load', { parameters: { table: 'a' }, gateway: { deadline_seconds: '60' } }).request.deadlineMs).toBe(
    60_000,
  );
});

it('runs in no other workspace than the template says', () => {
  expect(problemOf('saved', { gateway: { workspace: 'default' } })).toEqual({
    code: 'TEMPLATE_PARAMETERS_INVALID',
    errors: ['/gateway/workspace: The template runs in another workspace: leave it out.'],
  });
});

it('tells calls apart by template, parameters and options, and not by a default that is spelt out', () => {
  const hashOf = (body: object) => call('load', { parameters: { table: 'a' }, ...body }).bodyHash;
  const other = [
    { parameters: { table: 'b' } },
    { parameters: { table: 'a', seconds: 61 } },
    { gateway: { labels: { x: '1' } } },
  ];

  expect(hashOf({ parameters: { seconds: 60, table: 'a' }, idempotency_token: 'k' })).toBe(hashOf({}));
  expect(new Set([hashOf({}), ...other.map(hashOf)]).size).toBe(4);
});
