import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

const post = (path: string, body: object) => workspace.post(`/api/2.0/secrets/${path}`, body);
const get = (path: string, query: Record<string, unknown> = {}) => workspace.get(`/api/2.0/secrets/${path}`, query);

test('keeps secrets in scopes, and gives their values in base64', async () => {
  expect((await post('scopes/create', { scope: 'etl' })).status).toBe(200);
  expect((await post('put', { scope: 'etl', key: 'password', string_value: 'pw' })).status).toBe(200);
  expect((await get('scopes/list')).body.scopes).toEqual([{ name: 'etl', backend_type: 'DATABRICKS' }]);
  expect((await get('list', { scope: 'etl' })).body.secrets).toMatchObject([{ key: 'password' }]);
  expect((await get('get', { scope: 'etl', key: 'password' })).body).toEqual({ key: 'password', value: 'cHc=' });
  expect((await post('delete', { scope: 'etl', key: 'password' })).status).toBe(200);
  expect((await post('scopes/delete', { scope: 'etl' })).status).toBe(200);
  expect((await get('scopes/list')).body).toEqual({});
});

test('refuses unknown scopes and keys, a scope twice, and a value of no kind or two', async () => {
  await post('scopes/create', { scope: 'one' });
  expect((await post('scopes/create', { scope: 'one' })).body.error_code).toBe('RESOURCE_ALREADY_EXISTS');
  expect(await get('get', { scope: 'one', key: 'none' })).toMatchObject({
    status: 404,
    body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
  });
  expect((await get('list', { scope: 'none' })).status).toBe(404);
  expect((await post('put', { scope: 'one', key: 'k' })).status).toBe(400);
  expect((await post('put', { scope: 'one', key: 'k', string_value: 'a', bytes_value: 'YQ==' })).status).toBe(400);
});
