import { expect, it } from 'vitest';
import {
  endpointsByTag,
  operationParameters,
  pathOf,
  typeText,
  type ApiDocument,
} from '../../../web/views/api/reference.ts';

const DOCUMENT: ApiDocument = {
  tags: [{ name: 'Runs' }],
  components: { parameters: { Id: { name: 'id', in: 'path', required: true } } },
  paths: {
    '/api/runs/{id}': {
      get: { tags: ['Runs'], parameters: [{ $ref: '#/components/parameters/Id' }, { name: 'pretty', in: 'query' }] },
    },
  },
};

it('sends an operation to its path with what was typed, quoted, and without what was left empty', () => {
  const [runs] = endpointsByTag(DOCUMENT);
  const [endpoint] = runs?.endpoints ?? [];
  if (endpoint === undefined) throw new Error('The operation was not found.');
  const parameters = operationParameters(DOCUMENT, endpoint.operation);

  expect(pathOf(endpoint, parameters, { id: 'a/b c' })).toBe('runs/a%2Fb%20c');
  expect(pathOf(endpoint, parameters, { id: 'x', pretty: 'true' })).toBe('runs/x?pretty=true');
});

it.each([
  [{ $ref: '#/components/schemas/RunDocument' }, 'RunDocument'],
  [{ items: { type: 'string' } }, 'string[]'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  [{ enum: ['a', 'b'] }, '"a" | "b"'],
  [{}, 'any'],
])('names the type of %j', (schema, text) => {
  expect(typeText(schema)).toBe(text);
});
