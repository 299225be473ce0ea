import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import type { AppContext } from '../../../../src/shared/context.ts';
import { createContext } from '../../../../src/shared/create-context.ts';
import type { Call } from '../../../../src/shared/http/handler.ts';
import { ProblemError } from '../../../../src/shared/http/problem.ts';
import {
  listedTemplates,
  requestedTemplate,
  visibleTemplate,
} from '../../../../src/shared/http/template/template-response.ts';

const template = { description: '', parameters: { type: 'object' }, request: { job: 7 } };
const TEMPLATES = {
  open: template,
  secret: template,
  elsewhere: { ...template, request: { job: 7, gateway: { workspace: 'other' } } },
};
const POLICY = {
  version: 1,
  rules: [
    {
      id: 'etl',
      effect: 'permit',
      callers: { keys: ['etl'] },
      actions: ['templates:run'],
      workspaces: ['other'],
      templates: ['open', 'elsewhere'],
    },
    { id: 'all', effect: 'permit', callers: { keys: ['admin'] }, actions: ['*'] },
  ],
};

async function open(): Promise<AppContext & AsyncDisposable> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'templates-'));
  await writeFile(join(folder.path, 'templates.json'), JSON.stringify(TEMPLATES));
  await writeFile(join(folder.path, 'policy.json'), JSON.stringify(POLICY));
  const context = createContext(
    {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      WORKSPACES: '[{"name":"other","host":"adb-2.azuredatabricks.net","auth_type":"azure-msi"}]',
      TEMPLATES_FILE: join(folder.path, 'templates.json'),
      POLICY_FILE: join(folder.path, 'policy.json'),
    },
    { sink: () => undefined },
  );
  await context.documents.refresh();
  return Object.assign(context, { [Symbol.asyncDispose]: () => folder.remove() });
}

function callOf(id: string): Call {
  return {
    invocation: new InvocationContext(),
    requestId: 'request-1',
    source: 'http',
    caller: { kind: 'key', id, name: id, roles: [], groups: [], groupsOverage: false },
  } as unknown as Call;
}

const request = (name: string, query = '') =>
  new HttpRequest({
    method: 'POST',
    url: `http://127.0.0.1:7071/api/templates/${name}/runs${query}`,
    params: { name },
  });

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    return error instanceof ProblemError ? error.code : String(error);
  }
}

it('lists and shows the templates that the caller may run somewhere, and no others', async () => {
  await using context = await open();
  const names = (id: string) => listedTemplates(context, callOf(id)).map(({ name }) => name);

  expect([names('etl'), names('admin'), names('x')]).toEqual([
    ['open', 'elsewhere'],
    ['open', 'secret', 'elsewhere'],
    [],
  ]);
  expect(visibleTemplate(request('open'), context, callOf('etl')).name).toBe('open');
  expect(codeOf(() => visibleTemplate(request('secret'), context, callOf('etl')))).toBe('TEMPLATE_NOT_FOUND');
  expect(codeOf(() => visibleTemplate(request('none'), context, callOf('admin')))).toBe('TEMPLATE_NOT_FOUND');
});

it('refuses who may not run a template before its parameters are looked at, but for `validate_only`', async () => {
  await using context = await open();
  const requested = (name: string, id: string, query = '') =>
    codeOf(() => requestedTemplate(request(name, query), context, callOf(id)));

  expect([requested('secret', 'etl'), requested('elsewhere', 'x')]).toEqual(['POLICY_REFUSED', 'POLICY_REFUSED']);
  expect([requested('open', 'etl'), requested('secret', 'admin')]).toEqual(['none', 'none']);
  expect(requested('secret', 'etl', '?validate_only=true')).toBe('none');
  expect(requested('none', 'etl')).toBe('TEMPLATE_NOT_FOUND');
});
