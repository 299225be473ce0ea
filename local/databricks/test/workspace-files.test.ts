import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

const notebook = (path: string, more: object = {}) => ({
  path,
  format: 'SOURCE',
  language: 'PYTHON',
  content: Buffer.from('1 + 1').toString('base64'),
  ...more,
});

test('imports, shows, lists and exports a notebook', async () => {
  expect((await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/one'))).status).toBe(200);
  const { body: status } = await workspace.get('/api/2.0/workspace/get-status', { path: '/Users/me/one' });
  expect(status).toMatchObject({
    object_type: 'NOTEBOOK',
    language: 'PYTHON',
    path: '/Users/me/one',
    object_id: expect.any(Number),
  });
  const { body: list } = await workspace.get('/api/2.0/workspace/list', { path: '/Users' });
  expect(list.objects).toMatchObject([{ path: '/Users/me', object_type: 'DIRECTORY' }]);
  const { body: exported } = await workspace.get('/api/2.0/workspace/export', {
    path: '/Users/me/one',
    format: 'SOURCE',
  });
  expect(Buffer.from(exported.content, 'base64').toString()).toBe('1 + 1');
});

test('overwrites only when told to', async () => {
  await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/two'));
  expect(await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/two'))).toMatchObject({
    status: 400,
    body: { error_code: 'RESOURCE_ALREADY_EXISTS' },
  });
  expect(
    (await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/two', { overwrite: true }))).status,
  ).toBe(200);
});

test('makes folders, and deletes what is in them only when told to', async () => {
  const folder = { path: '/Users/me/folder/deep' };
  expect((await workspace.post('/api/2.0/workspace/mkdirs', folder)).status).toBe(200);
  expect((await workspace.get('/api/2.0/workspace/get-status', folder)).body.object_type).toBe('DIRECTORY');
  await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/folder/deep/one'));
  expect((await workspace.post('/api/2.0/workspace/delete', folder)).body.error_code).toBe('DIRECTORY_NOT_EMPTY');
  expect((await workspace.post('/api/2.0/workspace/delete', { ...folder, recursive: true })).status).toBe(200);
  expect((await workspace.get('/api/2.0/workspace/get-status', { path: '/Users/me/folder/deep/one' })).status).toBe(
    404,
  );
});

test('ships with the notebook of the tutorial', async () => {
  const { body } = await workspace.get('/api/2.0/workspace/get-status', { path: '/Shared/test_notebook' });
  expect(body.object_type).toBe('NOTEBOOK');
});

test('answers 404 for what is not there, and 400 for what it does not take', async () => {
  expect(await workspace.get('/api/2.0/workspace/get-status', { path: '/nope' })).toMatchObject({
    status: 404,
    body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
  });
  expect((await workspace.post('/api/2.0/workspace/import', notebook('/x', { language: 'SCALA' }))).status).toBe(400);
});
