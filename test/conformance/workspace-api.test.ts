import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasWarehouse, openTarget, type ConformanceTarget } from './target.ts';

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
