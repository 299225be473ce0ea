import { globSync, readFileSync } from 'node:fs';
import parser from '@apidevtools/swagger-parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { appRoutes } from '../../../../scripts/api/described-routes.ts';
import { OPERATIONS } from '../../../../src/functions/operations.ts';
import { registeredRoutes } from '../../../../src/functions/registered-routes.ts';
import { STATUS_OF_CODE } from '../../../../src/shared/http/error-table.ts';
import { FIELD_DESCRIPTIONS } from '../../../../src/shared/http/openapi/field-descriptions.ts';
import { namedSchemas } from '../../../../src/shared/http/openapi/named-schemas.ts';
import { openApiDocument } from '../../../../src/shared/http/openapi/openapi-document.ts';
import { problemsOf } from '../../../../src/shared/http/openapi/problem-responses.ts';

const routes = await appRoutes();
const TENANT = '11111111-1111-4111-8111-111111111111';
const ENTRA = {
  tenantIds: [TENANT],
  audiences: ['api://gateway'],
  authority: 'https://login.microsoftonline.com',
  keysCooldownMs: 0,
};
const MODES = [
  { mode: 'keys' },
  { mode: 'easy-auth' },
  { mode: 'entra', entra: ENTRA },
  { mode: 'anonymous' },
] as const;

/** A copy of the document of a mode: validators resolve references in the one that they are given. */
function documentOf(auth: (typeof MODES)[number]) {
  const made = openApiDocument(routes, { baseUrl: 'https://gateway.azurewebsites.net', auth });
  return JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
}

it('describes every function behind HTTP, and no other', () => {
  expect(routes.map(({ name }) => name)).toEqual(Object.keys(OPERATIONS));
  expect(
    registeredRoutes()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(Object.keys(OPERATIONS).toSorted());
});

it('gives every operation an id of its own, in PascalCase, and words for people', () => {
  const ids = routes.map(({ operation }) => operation.id);

  expect(new Set(ids).size).toBe(ids.length);
  for (const { operation } of routes) {
    expect(operation.id).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    expect(operation.summary).toMatch(/^[A-Z].{3,79}$/);
    expect(operation.summary).not.toMatch(/\.$/);
    expect(operation.description).toMatch(/^[A-Z].+\.$/s);
  }
});

it('describes every field of a body and of a response', () => {
  const undescribed = Object.entries(namedSchemas()).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([field, { description = '' }]) =>
      description.endsWith('.') ? [] : `${name}.${field}`,
    ),
  );

  expect(undescribed).toEqual([]);
});

it('describes no field that is none', () => {
  const schemas = namedSchemas();
  const unknown = Object.entries(FIELD_DESCRIPTIONS).flatMap(([name, fields]) =>
    Object.keys(fields).filter((field) => schemas[name]?.properties?.[field] === undefined),
  );

  expect(unknown).toEqual([]);
});

it('names every code of the error table at an operation that can meet it', () => {
  const named = new Set(routes.flatMap((route) => problemsOf(route).flatMap(([, codes]) => codes)));

  // The one is of no operation; nobody sees the other, as the client is gone.
  expect(Object.keys(STATUS_OF_CODE).filter((code) => !named.has(code as never))).toEqual([
    'UNKNOWN_ROUTE',
    'CLIENT_GONE',
  ]);
});

it('says of every operation that it takes ?pretty', () => {
  const document = documentOf({ mode: 'keys' });
  const operations = Object.values(document['paths'] as Record<string, Record<string, { parameters: unknown }>>);

  expect(document).toMatchObject({
    components: { parameters: { pretty: { name: 'pretty', in: 'query', schema: { type: 'boolean' } } } },
  });
  for (const { parameters } of operations.flatMap((item) => Object.values(item)))
    expect(parameters).toContainEqual({ $ref: '#/components/parameters/pretty' });
});

it.each(MODES)('is valid OpenAPI 3.1 in mode $mode, say two validators', async (auth) => {
  const { valid, errors } = await new Validator().validate(documentOf(auth));

  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  await expect(parser.validate(documentOf(auth) as never)).resolves.toBeDefined();
});

it('has nothing that the linter finds fault with', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(documentOf({ mode: 'keys' })), config });

  expect(
    problems.map(({ ruleId, message, location: [place] }) => `${ruleId}: ${message} ${place?.pointer ?? ''}`),
  ).toEqual([]);
});

it('loads its texts with the first request for a document, and not with a process', () => {
  const files = globSync('src/**/*.ts', { exclude: ['src/shared/http/openapi/**', 'src/functions/*.operation.ts'] });
  const loaded = files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /^import (?!type )[^;]*from '(.*?(?:openapi\/|\/operations\.ts|\.operation\.ts).*)';$/gm,
      ),
    ]
      .filter(([, from = '']) => !from.endsWith('openapi/document-response.ts'))
      .map(([, from]) => `${file}: ${from}`),
  );

  expect(files).toContain('src/functions/registered-routes.ts');
  // These are loaded with the first request for a document themselves.
  const later = /^src\/functions\/(operations|get-openapi\.http|get-swagger\.http)\.ts: /;
  expect(loaded.filter((line) => !later.test(line))).toEqual([]);
});
