import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ConfigError } from '../../../src/shared/config/config-error.ts';
import { createContext } from '../../../src/shared/create-context.ts';

const rule = { id: 'one', template: 'greet', parameters: { key: '/data/key' } };

/** What is wrong with rules, beside the templates of the repository; empty where they can be used. */
async function problemsOf(rules: unknown, env: Record<string, string> = {}): Promise<string[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'event-rules-'));
  const file = join(folder.path, 'rules.json');
  await writeFile(file, JSON.stringify({ rules }));
  const context = createContext(
    {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      DATABRICKS_TOKEN: 'token',
      TEMPLATES_FILE: 'settings/templates.json',
      EVENT_RULES_FILE: file,
      ...env,
    },
    { sink: () => undefined },
  );
  try {
    await context.documents.refresh();
    expect(context.eventRules?.current()).toHaveLength((rules as unknown[]).length);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ problem }) => problem);
  }
}

it('takes rules whose templates they fill', async () => {
  expect(
    await problemsOf([
      rule,
      { ...rule, id: 'two', parameters: { key: { value: 'a' }, number: '' }, gateway: { labels: { a: 'b' } } },
      { ...rule, id: 'three', type: 'Example.*', source: '/topics/a', subject: '/files/*' },
    ]),
  ).toEqual([]);
});

it.each([
  ['a template that is not there', { template: 'none' }, '/rules/0/template'],
  [
    'a parameter that the template does not have',
    { parameters: { key: '/a', other: '/b' } },
    '/rules/0/parameters/other',
  ],
  ['no source for a parameter that is required', { parameters: {} }, '/rules/0/parameters/key'],
  ['a constant that the template refuses', { parameters: { key: { value: 1 } } }, '/rules/0/parameters/key'],
  ['what is no JSON Pointer', { parameters: { key: 'data.key' } }, '/rules/0/parameters/key'],
  ['an option of runs that there is not', { gateway: { other: 1 } }, '/rules/0/gateway/other'],
  ['another workspace than the template', { gateway: { workspace: 'other' } }, '/rules/0/gateway/workspace'],
  ['a * within a text', { type: 'a*b' }, '/rules/0/type'],
  ['an unknown member', { filter: 'x' }, '/rules/0/filter'],
])('refuses %s, and says where', async (_, given, place) => {
  expect(await problemsOf([{ ...rule, ...given }])).toEqual([expect.stringContaining(`is wrong at ${place}: `)]);
});

it('refuses an id that stands twice', async () => {
  expect(await problemsOf([rule, rule])).toEqual([expect.stringContaining('/rules/1/id')]);
});

it('cannot use rules whose templates cannot be used', async () => {
  expect(await problemsOf([rule], { TEMPLATES_FILE: 'none.json' })).toEqual([
    expect.stringContaining('cannot be read'),
  ]);
  expect(await problemsOf([rule], { TEMPLATES_FILE: '' })).toEqual([expect.stringContaining('/rules/0/template')]);
});
