import { expect, it } from 'vitest';
import { OPERATIONS } from '../../src/functions/operations.ts';
import type { Operation } from '../../src/shared/http/openapi/operation.ts';
import { DocumentedResponses } from '../support/documented.ts';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { stack, gateway } = await shareStack();
const { body: openApi } = await gateway.get('/api/openapi.json');
const documented = new DocumentedResponses(openApi);

const operations: readonly Operation[] = Object.values(OPERATIONS);
/** Where each operation stands in the document that the stack serves. */
const places = new Map(
  Object.entries(openApi.paths as Record<string, Record<string, { operationId: string }>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId }]) => [operationId, { method, path }] as const),
  ),
);

const examples = operations.flatMap(({ id, body }) =>
  Object.entries(body?.examples ?? {}).map(([name, example]) => ({ id, name, example })),
);

/** What stands in the place of a name in a path. */
const VALUES: Readonly<Record<string, string>> = { '{name}': 'greet', '{job}': 'nightly' };

it('serves both documents for the address that they are asked at', async () => {
  const { status, body: swagger } = await gateway.get('/api/swagger.json');

  expect(status).toBe(200);
  expect(openApi).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${stack.url}/api` }] });
  expect(swagger).toMatchObject({ swagger: '2.0', host: new URL(stack.url).host, basePath: '/api', schemes: ['http'] });
});

it.each(examples)('takes the example $name of $id, and responds as documented', async ({ id, example }) => {
  const { method, path } = places.get(id)!;
  const url = path.replaceAll(/\{\w+\}/g, (name) => VALUES[name]!);
  const headers = { accept: id === 'CallMcp' ? 'application/json, text/event-stream' : 'application/json' };

  const answer = await gateway.send(method.toUpperCase(), `/api${url}`, example.value, headers);

  expect(answer).toMatchObject({ status: example.status });
  expect(documented.problemsOf(method, path, answer)).toEqual([]);
});

it('says nothing of a run that is not documented, from its acceptance to its result', async () => {
  const failing = { ...simulated(0.1, { result_state: 'FAILED', error: 'It broke.' }) };
  const id = await gateway.submit({ tasks: [{ task_key: 'one', ...failing }], gateway: { labels: { team: 'a' } } });
  const problems: string[] = [];
  const see = async (method: string, path: string, query = '') => {
    const answer = await gateway.send(method.toUpperCase(), `/api${path.replace('{id}', id)}${query}`);
    problems.push(...documented.problemsOf(method, path, answer));
    return answer.status;
  };

  await see('get', '/runs/{id}');
  await see('get', '/runs/{id}/result');
  await gateway.result(id);

  expect(await see('get', '/runs/{id}')).toBe(200);
  expect(await see('get', '/runs/{id}/result')).toBe(200);
  expect(await see('get', '/runs/{id}/result', '?fail_on_error=true')).toBe(424);
  expect(await see('get', '/runs', '?limit=5&label=team:a')).toBe(200);
  expect(await see('get', '/runs', '?lable=team:a')).toBe(400);
  expect(await see('delete', '/runs/{id}')).toBe(200);
  expect(await see('post', '/runs/{id}/repair')).toBe(202);
  expect(await see('get', '/templates')).toBe(200);
  expect(await see('get', '/health')).toBe(200);
  expect(problems).toEqual([]);
});

it('says nothing of a statement that is not documented', async () => {
  const submitted = await gateway.post('/api/sql/statements', { statement: 'SELECT 1 AS one' }, { prefer: 'wait=30' });
  const failed = await gateway.post('/api/sql', { statement: 'SELECT nothing' });
  const { id } = submitted.body;

  expect(submitted.status).toBe(200);
  expect([
    ...documented.problemsOf('post', '/sql/statements', submitted),
    ...documented.problemsOf('post', '/sql', failed),
    ...documented.problemsOf('get', '/sql/statements/{id}', await gateway.get(`/api/sql/statements/${id}`)),
  ]).toEqual([]);
});

it('responds to TRACE, which no function can be given', async () => {
  const { status } = await gateway.send('TRACE', '/api/runs');

  expect(status).toBe(404);
});
