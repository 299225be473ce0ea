import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace();
  await workspace.post('/api/2.0/workspace/mkdirs', { path: '/Users/me/b' });
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
  expect(list.objects).toMatchObject([
    { path: '/Users/emulator@example.com', object_type: 'DIRECTORY' },
    { path: '/Users/me', object_type: 'DIRECTORY' },
  ]);
  const { body: exported } = await workspace.get('/api/2.0/workspace/export', {
    path: '/Users/me/one',
    format: 'SOURCE',
  });
  expect(Buffer.from(exported.content, 'base64').toString()).toBe('1 + 1');
});

test('overwrites only on request', async () => {
  await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/two'));
  expect(await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/two'))).toMatchObject({
    status: 400,
    body: { error_code: 'RESOURCE_ALREADY_EXISTS' },
  });
  expect(
    (await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/two', { overwrite: true }))).status,
  ).toBe(200);
});

test('makes folders, and deletes what is in them only on request', async () => {
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

test('responds with 404 for what is not there, and 400 for what it does not take', async () => {
  expect(await workspace.get('/api/2.0/workspace/get-status', { path: '/nope' })).toMatchObject({
    status: 404,
    body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
  });
  expect((await workspace.post('/api/2.0/workspace/import', notebook('/x', { language: 'SCALA' }))).status).toBe(400);
});

test('keeps an uploaded file as it is, and takes one that begins as a notebook for a notebook', async () => {
  const upload = (path: string, body: string) =>
    workspace.post(`/api/2.0/workspace-files/import-file/${encodeURIComponent(path)}?overwrite=true`, body);
  expect((await upload('/Workspace/Users/me/b/state.json', '{"a": 1}')).status).toBe(200);
  expect((await upload('/Workspace/Users/me/b/etl.py', '# Databricks notebook source\n1 + 1')).status).toBe(200);
  expect((await upload('/Workspace/Users/me/b/lib.py', 'X = 1')).status).toBe(200);
  const { body: list } = await workspace.get('/api/2.0/workspace/list', { path: '/Users/me/b' });
  expect(list.objects).toMatchObject([
    { path: '/Users/me/b/etl', object_type: 'NOTEBOOK' },
    { path: '/Users/me/b/lib.py', object_type: 'FILE', size: 5 },
    { path: '/Users/me/b/state.json', object_type: 'FILE' },
  ]);
  const { body: file } = await workspace.get('/api/2.0/workspace/export', {
    path: '/Workspace/Users/me/b/state.json',
    direct_download: true,
  });
  expect(file).toEqual({ a: 1 });
  const again = await workspace.post('/api/2.0/workspace-files/import-file/Users/me/b/lib.py', 'X = 2');
  expect(again.status).toBe(409);
  const notebookAgain = await workspace.post(
    '/api/2.0/workspace-files/import-file/Users/me/b/etl.py',
    '# Databricks notebook source',
  );
  expect(notebookAgain).toMatchObject({ status: 400, body: { message: 'Path (/Users/me/b/etl) already exists.' } });
});

test('returns a file as it is to bundles that read their state', async () => {
  const path = encodeURIComponent('Workspace/Users/me/b/deployment.json');
  await workspace.post(`/api/2.0/workspace-files/import-file/${path}`, '{"seq": 1}');
  expect(await workspace.get(`/api/2.0/workspace-files/${path}`)).toMatchObject({ status: 200, text: '{"seq": 1}' });
  expect(await workspace.get('/api/2.0/workspace-files/Users%2Fme%2Fnope')).toMatchObject({ status: 404 });
  expect(await workspace.get('/api/2.0/workspace-files/%E0%A4%A')).toMatchObject({ status: 400 });
});

test('knows no folder that was not made, and keeps one that is empty', async () => {
  const upload = () => workspace.post('/api/2.0/workspace-files/import-file/Users/me/later/lib.py', 'X = 1');
  const response = await workspace.post('/api/2.0/workspace/import', notebook('/Users/me/later/one'));
  expect(response).toMatchObject({
    status: 404,
    body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'The parent folder (/Users/me/later) does not exist.' },
  });
  expect((await upload()).status).toBe(404);
  await workspace.post('/api/2.0/workspace/mkdirs', { path: '/Users/me/later' });
  expect((await workspace.get('/api/2.0/workspace/list', { path: '/Users/me/later' })).body).toEqual({});
  expect((await upload()).status).toBe(200);
});

test('takes a notebook of a multipart form', async () => {
  const form = new FormData();
  form.set('path', '/Users/me/form');
  form.set('format', 'SOURCE');
  form.set('language', 'PYTHON');
  form.set('content', new Blob(['2 + 2']), 'form.py');
  const request = new Response(form);
  const { status } = await workspace.post('/api/2.0/workspace/import', await request.text(), {
    'content-type': request.headers.get('content-type') ?? '',
  });
  expect(status).toBe(200);
  const { body } = await workspace.get('/api/2.0/workspace/export', { path: '/Users/me/form' });
  expect(Buffer.from(body.content, 'base64').toString()).toBe('2 + 2');
});

test('imports and exports Jupyter notebooks', async () => {
  const cells = [
    { cell_type: 'markdown', metadata: {}, source: ['# Title'] },
    { cell_type: 'code', metadata: {}, source: ['x = 1\n', 'x'] },
  ];
  const content = Buffer.from(JSON.stringify({ cells, nbformat: 4 })).toString('base64');
  const path = '/Users/me/jupyter';
  expect((await workspace.post('/api/2.0/workspace/import', { path, format: 'JUPYTER', content })).status).toBe(200);
  const exported = async (format: string) => {
    const { body } = await workspace.get('/api/2.0/workspace/export', { path, format });
    return Buffer.from(body.content, 'base64').toString();
  };
  expect(await exported('SOURCE')).toBe(
    '# Databricks notebook source\n# MAGIC %md\n# MAGIC # Title\n\n# COMMAND ----------\n\nx = 1\nx',
  );
  expect(JSON.parse(await exported('JUPYTER')).cells).toMatchObject(cells);
  expect((await workspace.get('/api/2.0/workspace/export', { path, format: 'DBC' })).status).toBe(400);
});
