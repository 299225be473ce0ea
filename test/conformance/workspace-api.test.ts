import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasWarehouse, mayWrite, openTarget, type ConformanceTarget } from './target.ts';

let target: ConformanceTarget;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target[Symbol.asyncDispose]());

describe('the workspace', () => {
  it('says where clients sign in, before they have a credential', async () => {
    const { status, json } = await target.request('GET', '/.well-known/databricks-config', {
      headers: { authorization: '' },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ oidc_endpoint: expect.stringMatching(/^https:\/\/.+\/oidc$/) });
  });

  it('says who calls', async () => {
    const { status, json } = await target.request('GET', '2.0/preview/scim/v2/Me');
    expect(status).toBe(200);
    expect(json).toMatchObject({ userName: expect.any(String), active: true });
  });

  it('asks for a credential with 401, and refuses one that is not valid', async () => {
    const path = '2.2/jobs/list';
    const none = await target.request('GET', path, { headers: { authorization: '' } });
    expect(none.status).toBe(401);
    const wrong = await target.request('GET', path, { headers: { authorization: 'Bearer dapi00000000' } });
    expect([401, 403]).toContain(wrong.status);
  });

  it('does not know what is no API', async () => {
    const { status, json } = await target.request('GET', '2.2/jobs/no-such-operation');
    expect(status).toBe(404);
    expect(json).toMatchObject({ error_code: 'ENDPOINT_NOT_FOUND' });
  });

  it.runIf(hasWarehouse)('shows its warehouse', async () => {
    const { status, json } = await target.request('GET', `2.0/sql/warehouses/${target.warehouseId}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: target.warehouseId, state: expect.any(String) });
  });
});

const get = (operation: string, query: Record<string, string | boolean>) =>
  target.request('GET', `2.0/workspace/${operation}`, { query });
const post = (operation: string, body: object) => target.request('POST', `2.0/workspace/${operation}`, { body });
const unknown = { status: 404, json: { error_code: 'RESOURCE_DOES_NOT_EXIST' } };

it('lists folders, and does not know a path that is not there', async () => {
  const { status, json } = await get('list', { path: '/' });
  expect(status).toBe(200);
  expect(json.objects).toContainEqual(expect.objectContaining({ path: '/Shared', object_type: 'DIRECTORY' }));
  for (const operation of ['list', 'get-status', 'export'])
    expect(await get(operation, { path: '/Shared/conformance-nowhere' })).toMatchObject(unknown);
});

describe.runIf(mayWrite)('a folder of the workspace', () => {
  const source = '# Databricks notebook source\n1 + 1';
  const content = Buffer.from(source).toString('base64');
  let folder: string;
  const importFile = (name: string, body: string, overwrite = false) =>
    target.request('POST', `2.0/workspace-files/import-file/${encodeURIComponent(`${folder.slice(1)}/${name}`)}`, {
      query: { overwrite },
      body,
    });

  beforeAll(async () => {
    const { json: me } = await target.request('GET', '2.0/preview/scim/v2/Me');
    folder = `/Users/${me.userName}/conformance-${randomBytes(6).toString('hex')}`;
    await post('mkdirs', { path: folder });
  });
  afterAll(() => post('delete', { path: folder, recursive: true }));

  it('takes a notebook once, and again only where it may overwrite', async () => {
    const body = { path: `${folder}/notebook`, format: 'SOURCE', language: 'PYTHON', content };
    expect(await post('import', body)).toMatchObject({ status: 200 });
    expect(await post('import', body)).toMatchObject({ status: 400, json: { error_code: 'RESOURCE_ALREADY_EXISTS' } });
    expect(await post('import', { ...body, overwrite: true })).toMatchObject({ status: 200 });
    const { json } = await get('get-status', { path: body.path });
    expect(json).toMatchObject({
      object_type: 'NOTEBOOK',
      language: 'PYTHON',
      path: body.path,
      object_id: expect.any(Number),
    });
  });

  it('gives a notebook back in base64 or as it is, and as a Jupyter notebook', async () => {
    const path = `${folder}/exported`;
    await post('import', { path, format: 'SOURCE', language: 'PYTHON', content });
    const { json } = await get('export', { path, format: 'SOURCE' });
    expect(Buffer.from(json.content, 'base64').toString()).toBe(source);
    expect((await get('export', { path, format: 'SOURCE', direct_download: true })).text).toBe(source);
    const { json: jupyter } = await get('export', { path, format: 'JUPYTER', direct_download: true });
    expect(jupyter).toMatchObject({ nbformat: 4, cells: [{ cell_type: 'code' }] });
  });

  it('keeps files as they are, and takes those that begin as notebooks for notebooks', async () => {
    expect(await importFile('state.json', '{"seq": 1}')).toMatchObject({ status: 200 });
    expect(await importFile('state.json', '{"seq": 2}')).toMatchObject({ status: 409 });
    expect(await importFile('state.json', '{"seq": 2}', true)).toMatchObject({ status: 200 });
    expect(await importFile('etl.py', source)).toMatchObject({ status: 200 });
    const { json } = await get('list', { path: folder });
    expect(json.objects).toContainEqual(expect.objectContaining({ path: `${folder}/etl`, object_type: 'NOTEBOOK' }));
    expect(json.objects).toContainEqual(expect.objectContaining({ path: `${folder}/state.json`, object_type: 'FILE' }));
    const state = await target.request(
      'GET',
      `2.0/workspace-files/${encodeURIComponent(`${folder.slice(1)}/state.json`)}`,
    );
    expect(state).toMatchObject({ status: 200, text: '{"seq": 2}' });
  });

  it('takes nothing into a folder that is not there, and is deleted with what is in it only where asked', async () => {
    expect(await importFile('nowhere/x.txt', 'x')).toMatchObject({ status: 404 });
    expect(await post('delete', { path: folder })).toMatchObject({
      status: 400,
      json: { error_code: 'DIRECTORY_NOT_EMPTY' },
    });
    await post('mkdirs', { path: `${folder}/empty` });
    expect((await get('list', { path: `${folder}/empty` })).json).toEqual({});
    expect(await post('delete', { path: `${folder}/empty` })).toMatchObject({ status: 200 });
  });
});
