import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/shared/config/config.ts';
import { pointer } from '../../../src/shared/json-pointer.ts';
import { parseJson } from '../../../src/shared/json.ts';
import { runProblems } from '../../../src/shared/http/run/template-request.ts';
import { templatesSchema } from '../../../src/shared/templates/templates-schema.ts';

const config = loadConfig({
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'adb-1.azuredatabricks.net',
});
const schema = templatesSchema((request) => runProblems(request, config));

const PARAMETERS = {
  type: 'object',
  properties: { key: { type: 'string', maxLength: 20 }, day: { type: 'string', format: 'date' } },
  required: ['key'],
};
const REQUEST = {
  existing_cluster_id: '0101-000000-local00',
  notebook_task: { notebook_path: '/Shared/a', base_parameters: { key: '{{key}}', day: '{{day}}' } },
};

/** What is said of a document, as `pointer: message`. */
async function problemsOf(document: unknown): Promise<string[]> {
  const result = await schema.safeParseAsync(parseJson(JSON.stringify(document)));
  return (result.error?.issues ?? []).map(({ path, message }) => `${pointer(path)}: ${message}`);
}

/** What is said of one template, without its name. */
async function problemsOfTemplate(template: object): Promise<string[]> {
  const document = { nightly: { description: 'Nightly', parameters: PARAMETERS, request: REQUEST, ...template } };
  return (await problemsOf(document)).map((text) => text.replace(/^\/nightly/, ''));
}

it('takes templates by name, and shows their parameters as it will take them', async () => {
  const { data } = await schema.safeParseAsync({
    nightly: { description: 'Nightly', parameters: PARAMETERS, request: REQUEST },
    saved: {
      description: 'A saved job',
      parameters: { type: 'object', properties: { n: { type: 'integer' } } },
      request: { job: 'nightly', job_parameters: { n: '{{n}}', at: '{{job.start_time.iso_date}}' } },
    },
    fixed: { description: '', parameters: { type: 'object' }, request: { job: 7 } },
  });

  expect([...(data?.keys() ?? [])]).toEqual(['nightly', 'saved', 'fixed']);
  expect(data?.get('nightly')?.parameters.schema).toEqual({ ...PARAMETERS, additionalProperties: false });
});

it.each([
  [[], ': Expected an object of templates by name.'],
  [{ 'a/b': {} }, '/a~1b: The name of a template'],
  [JSON.parse('{"__proto__": {}}') as object, '/__proto__: The name of a template'],
  [{ a: { description: '', parameters: {}, request: 1 } }, '/a/request: Expected the body of a run.'],
  [{ a: { description: '', parameters: {}, request: {}, extra: 1 } }, '/a/extra: Unknown key.'],
])('refuses the document %j', async (document, problem) => {
  expect((await problemsOf(document)).join('\n')).toContain(problem);
});

const withProperties = (properties: object, more: object = {}) => ({
  parameters: { type: 'object', properties, ...more },
});

it.each<[string, object, string]>([
  ['a schema of something else', { parameters: { type: 'string' } }, '/parameters/type: Expected "object".'],
  [
    'an unknown keyword',
    withProperties({ key: { type: 'string', maxLenght: 3 } }),
    '/parameters: The JSON Schema cannot be used: strict mode: unknown keyword: "maxLenght"',
  ],
  ['an unknown format', withProperties({ key: { type: 'string', format: 'regex' } }), 'unknown format "regex"'],
  [
    'a pattern that looks back',
    withProperties({ key: { type: 'string', pattern: '(a)\\1' } }),
    '/parameters: The JSON Schema cannot be used',
  ],
  [
    'a schema elsewhere',
    withProperties({ key: { $ref: 'https://example.com/schema' } }),
    '/parameters/properties/key/$ref: A schema refers to nothing but its own $defs',
  ],
  [
    'free parameters',
    { parameters: { ...PARAMETERS, additionalProperties: true } },
    '/parameters/additionalProperties: Nothing else',
  ],
  [
    'a name of JavaScript',
    withProperties({ constructor: { type: 'string' } }),
    '/parameters/properties/constructor: A parameter has a name',
  ],
  [
    'a name of Databricks',
    withProperties({ input: { type: 'string' } }),
    '/parameters/properties/input: A for-each task fills {{input}}',
  ],
  [
    'a default that does not fit',
    withProperties({ key: { type: 'string', default: 1 }, day: { type: 'string' } }),
    '/parameters/properties/key/default: Must be string.',
  ],
  [
    'a parameter that nothing uses',
    withProperties({ ...PARAMETERS.properties, more: { type: 'string' } }),
    '/parameters/properties/more: Nothing in the request uses this parameter.',
  ],
])('refuses %s in the parameters', async (_what, template, problem) => {
  expect((await problemsOfTemplate(template)).join('\n')).toContain(problem);
});

const withParameters = (base_parameters: unknown, more: object = {}) => ({
  request: { ...REQUEST, notebook_task: { notebook_path: '/Shared/a', base_parameters }, ...more },
});

it.each<[string, object, string]>([
  [
    'an unknown parameter',
    withParameters({ key: '{{key}}', day: '{{day}}', x: '{{x}}' }),
    '/request/notebook_task/base_parameters/x: There is no parameter x.',
  ],
  [
    'a parameter within a text',
    withParameters({ key: 'a-{{key}}', day: '{{day}}' }),
    '/request/notebook_task/base_parameters/key: A parameter is the whole of a value',
  ],
  [
    'a parameter with spaces',
    withParameters({ key: '{{ key }}', day: '{{day}}' }),
    'as "{{key}}", and never a part of a text',
  ],
  [
    'two parameters in a text',
    withParameters({ key: '{{key}}{{day}}', day: '{{day}}' }),
    'A parameter is the whole of a value',
  ],
  ['a parameter for a name', withParameters({ '{{key}}': '{{key}}', day: '{{day}}' }), 'Names are as they are'],
  [
    'an element that may be missing',
    { request: { ...REQUEST, libraries: [{ jar: '{{key}}' }], tasks: ['{{day}}'] } },
    '/request/tasks/0: An element of a list needs a value: require day',
  ],
  [
    'a member that may be missing and must not',
    { request: { ...REQUEST, notebook_task: { notebook_path: '{{day}}', base_parameters: { key: '{{key}}' } } } },
    '/request/notebook_task/notebook_path: ',
  ],
  [
    'a body without a task',
    { request: { run_name: '{{key}}', existing_cluster_id: '{{day}}' } },
    '/request: Expected a task type',
  ],
  [
    'a wrong type beside a parameter',
    withParameters({ key: '{{key}}', day: '{{day}}' }, { timeout_seconds: 'soon' }),
    '/request/timeout_seconds: ',
  ],
  [
    'an unknown option of the gateway',
    withParameters({ key: '{{key}}', day: '{{day}}' }, { gateway: { dead_line: 1 } }),
    '/request/gateway/dead_line: Unknown key.',
  ],
  [
    'an unknown workspace',
    withParameters({ key: '{{key}}', day: '{{day}}' }, { gateway: { workspace: 'other' } }),
    '/request/gateway/workspace: No workspace is named other.',
  ],
  [
    'a key of its own',
    withParameters({ key: '{{key}}', day: '{{day}}' }, { idempotency_token: 'a' }),
    '/request/idempotency_token: It would make one run of all requests.',
  ],
  [
    'a job of no name',
    { request: { job: '', job_parameters: { key: '{{key}}', day: '{{day}}' } } },
    '/request/job: Expected the id or the name of a job.',
  ],
])('refuses %s in the request', async (_what, template, problem) => {
  expect((await problemsOfTemplate(template)).join('\n')).toContain(problem);
});

it.each([
  '{{job.parameters.x}}',
  'run {{job.run_id}} of {{tasks.`a b`.values.x}}',
  '{{secrets/scope/key}}',
  '{{input}}',
  '{{input.key}}',
  '{{run_id}}',
  'an open {{ brace',
])('leaves %j to Databricks', async (text) => {
  expect(await problemsOfTemplate(withParameters({ key: '{{key}}', day: '{{day}}', x: text }))).toEqual([]);
});

it('lets a parameter have an earlier name of Databricks', async () => {
  const parameters = { type: 'object', properties: { start_date: { type: 'string' } } };

  expect(await problemsOfTemplate({ parameters, ...withParameters({ x: '{{start_date}}' }) })).toEqual([]);
  expect((await problemsOfTemplate({ parameters, ...withParameters({ x: 'of {{start_date}}' }) })).join()).toContain(
    'never a part of a text',
  );
});
