import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayWrite, openTarget, type ConformanceTarget } from './target.ts';

let target: ConformanceTarget;
beforeAll(async () => {
  target = await openTarget({ sqlWarehouse: false });
});
afterAll(() => target[Symbol.asyncDispose]());

describe.runIf(mayWrite)('a secret scope', () => {
  const scope = `conformance-${randomBytes(6).toString('hex')}`;
  const post = (operation: string, body: object) => target.request('POST', `2.0/secrets/${operation}`, { body });
  const get = (operation: string, query: Record<string, string> = {}) =>
    target.request('GET', `2.0/secrets/${operation}`, { query });

  beforeAll(() => post('scopes/create', { scope }));
  afterAll(() => post('scopes/delete', { scope }));

  it('is listed, and cannot be made twice', async () => {
    const { json } = await get('scopes/list');
    expect(json.scopes).toContainEqual(expect.objectContaining({ name: scope, backend_type: 'DATABRICKS' }));
    const again = await post('scopes/create', { scope });
    expect(again).toMatchObject({ status: 400, json: { error_code: 'RESOURCE_ALREADY_EXISTS' } });
  });

  it('keeps secrets, lists their keys without their values, and returns the bytes in base64', async () => {
    await post('put', { scope, key: 'text', string_value: 'wørd' });
    await post('put', { scope, key: 'bytes', bytes_value: Buffer.from([0, 255]).toString('base64') });
    const { json: listed, text } = await get('list', { scope });
    expect(listed.secrets.map(({ key }: { key: string }) => key).toSorted()).toEqual(['bytes', 'text']);
    expect(listed.secrets[0].last_updated_timestamp).toBeGreaterThan(1.6e12);
    expect(text).not.toContain('wørd');
    const { json } = await get('get', { scope, key: 'text' });
    expect(json).toEqual({ key: 'text', value: Buffer.from('wørd').toString('base64') });
    expect((await get('get', { scope, key: 'bytes' })).json.value).toBe('AP8=');
  });

  it('shows who may manage it, and whom else it was opened to', async () => {
    await post('acls/put', { scope, principal: 'users', permission: 'READ' });
    expect((await get('acls/get', { scope, principal: 'users' })).json).toEqual({
      principal: 'users',
      permission: 'READ',
    });
    expect((await get('acls/list', { scope })).json.items).toContainEqual({ principal: 'users', permission: 'READ' });
    expect(await post('acls/delete', { scope, principal: 'users' })).toMatchObject({ status: 200 });
    expect(await get('acls/get', { scope, principal: 'users' })).toMatchObject({
      status: 404,
      json: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    });
  });

  it('does not know what was deleted, nor another scope', async () => {
    await post('put', { scope, key: 'gone', string_value: 'x' });
    expect(await post('delete', { scope, key: 'gone' })).toMatchObject({ status: 200, json: {} });
    for (const response of [
      await get('get', { scope, key: 'gone' }),
      await post('delete', { scope, key: 'gone' }),
      await get('list', { scope: `${scope}-other` }),
    ])
      expect(response).toMatchObject({ status: 404, json: { error_code: 'RESOURCE_DOES_NOT_EXIST' } });
  });
});
