import { readFileSync } from 'node:fs';
import parser from '@apidevtools/swagger-parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { connectorDefinition } from '../../../../scripts/api/connector.ts';

interface Part {
  [name: string]: unknown;
}

const text = await connectorDefinition();
const document = () => JSON.parse(text) as Part;
const { paths, definitions } = document() as { paths: Record<string, Record<string, Part>>; definitions: Part };
const operations = Object.values(paths).flatMap((item) =>
  Object.entries(item).flatMap(([method, operation]) => (method.startsWith('x-') ? [] : [operation])),
);

/** What a schema of a connector may hold; anything else is refused when it is imported. */
const SCHEMA_WORDS = new Set(
  [
    '$ref additionalProperties allOf default description enum exclusiveMaximum exclusiveMinimum format items maximum',
    'maxItems maxLength maxProperties minimum minItems minLength minProperties pattern properties readOnly required title',
    'type uniqueItems x-nullable x-ms-dynamic-schema x-ms-dynamic-values x-ms-notification-url x-ms-summary x-ms-visibility',
  ].flatMap((line) => line.split(' ')),
);

/** Every schema of the document, with where it stands. */
function* schemas(part: unknown, place: string): Generator<[string, Part]> {
  if (typeof part !== 'object' || part === null) return;
  yield [place, part as Part];
  const { properties = {}, items, additionalProperties } = part as Part;
  for (const [name, field] of Object.entries(properties as Part)) yield* schemas(field, `${place}/${name}`);
  yield* schemas(items, `${place}/items`);
  yield* schemas(additionalProperties, `${place}/*`);
}

const allSchemas: [string, Part][] = [];
for (const [name, schema] of Object.entries(definitions)) allSchemas.push(...schemas(schema, name));
for (const { operationId, parameters, responses } of operations) {
  const parts = [...(parameters as Part[]), ...Object.values(responses as Record<string, Part>)];
  for (const { schema } of parts) allSchemas.push(...schemas(schema, String(operationId)));
}

it('is valid OpenAPI 2.0, say two validators', async () => {
  const { valid, errors } = await new Validator().validate(document());

  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  await expect(parser.validate(document() as never)).resolves.toBeDefined();
});

it('has nothing that the linter finds fault with', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, config });

  expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

describe('what connectors demand beyond OpenAPI', () => {
  it('is under 1 MB', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
  });

  it('has paths that differ whatever their case', () => {
    const lower = Object.keys(paths).map((path) => path.toLowerCase());

    expect(new Set(lower).size).toBe(lower.length);
  });

  it('has operations with an id of their own, a summary, and a description that says more', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { operationId, summary, description } of operations) {
      expect(operationId).toMatch(/^[A-Z][A-Za-z0-9]*$/);
      expect(summary).toMatch(/^.{1,80}$/);
      expect(description).toMatch(/\.$/);
      expect(description).not.toBe(summary);
    }
  });

  it('has parameters with a title, and a success with a schema', () => {
    for (const { parameters, responses } of operations) {
      for (const parameter of parameters as Part[]) expect(parameter['x-ms-summary']).toMatch(/^[A-Z]/);
      const successes = Object.entries(responses as Record<string, Part>).filter(([status]) => status.startsWith('2'));
      expect(successes.length).toBeGreaterThan(0);
      for (const [, success] of successes) expect(success).toHaveProperty('schema');
      expect(responses).not.toHaveProperty('default');
    }
  });

  it('has schemas of the words that are known, and of one type each', () => {
    const unknown = allSchemas.flatMap(([place, schema]) =>
      Object.keys(schema).flatMap((word) => (SCHEMA_WORDS.has(word) ? [] : [`${place}: ${word}`])),
    );
    const types = allSchemas.map(([, { type }]) => type).filter((type) => type !== undefined);

    expect(allSchemas.length).toBeGreaterThan(500);
    expect(unknown).toEqual([]);
    expect(new Set(types)).toEqual(new Set(['array', 'boolean', 'integer', 'number', 'object', 'string']));
  });
});

it('offers templates to choose from, and the parameters of the one that is chosen', () => {
  const { post } = paths['/templates/{name}/runs'] ?? {};
  const [name, ...others] = (post?.['parameters'] ?? []) as Part[];
  const { schema } = others.find(({ in: place }) => place === 'body') as { schema: { properties: Part } };

  expect(name).toMatchObject({
    name: 'name',
    'x-ms-dynamic-values': { operationId: 'ListTemplates', 'value-path': 'name' },
  });
  expect(schema.properties['parameters']).toMatchObject({ 'x-ms-dynamic-schema': { operationId: 'GetTemplate' } });
  expect(operations.map(({ operationId }) => operationId)).toEqual(
    expect.arrayContaining(['ListTemplates', 'GetTemplate']),
  );
});

it('has a webhook action: an address that the engine fills in, and what it will get', () => {
  const item = paths['/templates/{name}/subscriptions'];
  const { schema } = ((item?.['post']?.['parameters'] ?? []) as Part[]).find(({ in: place }) => place === 'body') as {
    schema: { properties: Part; required: string[] };
  };

  expect(schema.properties['callback_url']).toMatchObject({
    'x-ms-notification-url': true,
    'x-ms-visibility': 'internal',
  });
  expect(schema.required).toContain('callback_url');
  expect(item?.['x-ms-notification-content']).toMatchObject({ schema: { $ref: '#/definitions/NotificationDocument' } });
  expect(item?.['post']?.['responses']).toHaveProperty('201.headers.Location');
});

it('is what connector/ holds: node scripts/connector.ts writes it', () => {
  expect(readFileSync('connector/apiDefinition.swagger.json', 'utf8')).toBe(text);
});
