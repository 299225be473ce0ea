import { describe, expect, it } from 'vitest';
import { hostEnvironment } from '../host-environment.ts';

const ADDRESSES = {
  storageConnectionString: 'storage',
  caFile: 'ca.pem',
  identityEndpoint: 'http://127.0.0.1:1/msi/token',
  identityHeader: 'header',
  vaultUrl: 'https://localhost:2',
  eventGridEndpoint: 'https://localhost:3/api/events',
  identityUrl: 'http://127.0.0.1:5',
};
const EMULATED = { ...ADDRESSES, databricksUrl: 'https://localhost:4' };

describe("the functions host's environment", () => {
  it("has the emulated workspace's token by the name of its secret, and no other credential", () => {
    const given = { PATH: '/bin', DATABRICKS_TOKEN: 'mine', DATABRICKS_HTTP_PATH: '/p', ARM_CLIENT_ID: 'a' };
    const env = hostEnvironment(given, EMULATED);
    expect(env).toMatchObject({
      PATH: '/bin',
      DATABRICKS_HOST: EMULATED.databricksUrl,
      DATABRICKS_TOKEN_SECRET: 'databricks-token',
      DATABRICKS_CLUSTER_ID: '0101-000000-local00',
      DATABRICKS_WAREHOUSE_ID: '0123456789abcdef',
    });
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining([expect.stringMatching(/_TOKEN$|HTTP_PATH|^ARM_/)]));
  });

  it.each([
    [{}, 'localhost,127.0.0.1,::1'],
    [{ NO_PROXY: '.corp, localhost' }, '.corp,localhost,127.0.0.1,::1'],
    [{ no_proxy: 'a', HTTPS_PROXY: 'http://proxy:8080' }, 'a,localhost,127.0.0.1,::1'],
  ])('lets no proxy between the parts of the stack: %o', (given, expected) => {
    expect(hostEnvironment(given, EMULATED)).toMatchObject({ NO_PROXY: expected, no_proxy: expected });
  });

  it('keeps credentials for the emulator where the way of signing in is named', () => {
    const given = { DATABRICKS_AUTH_TYPE: 'oauth-m2m', DATABRICKS_CLIENT_ID: 'id', DATABRICKS_CLIENT_SECRET: 's' };
    expect(hostEnvironment(given, EMULATED)).toMatchObject(given);
    const wrongToken = { DATABRICKS_AUTH_TYPE: 'pat', DATABRICKS_TOKEN: 'wrong' };
    expect(hostEnvironment(wrongToken, EMULATED)).not.toHaveProperty('DATABRICKS_TOKEN_SECRET');
  });

  it("takes the emulator's tokens, unless a tenant of Entra is named", () => {
    const own = hostEnvironment({}, EMULATED);
    expect(own).toMatchObject({ ENTRA_AUTHORITY: ADDRESSES.identityUrl, ENTRA_TENANT_IDS: expect.any(String) });
    const given = { ENTRA_TENANT_IDS: 't', ENTRA_AUDIENCES: 'a' };
    expect(hostEnvironment(given, EMULATED)).toMatchObject(given);
    expect(hostEnvironment(given, EMULATED)).not.toHaveProperty('ENTRA_AUTHORITY');
  });

  it('leaves everything of a real workspace as it is', () => {
    const given = {
      DATABRICKS_HOST: 'https://w.test',
      DATABRICKS_TOKEN: 't',
      DATABRICKS_HTTP_PATH: '/p',
      ARM_TENANT_ID: 'a',
    };
    const env = hostEnvironment(given, ADDRESSES);
    expect(env).toMatchObject(given);
    expect(env).not.toHaveProperty('DATABRICKS_TOKEN_SECRET');
    expect(env).not.toHaveProperty('DATABRICKS_CLUSTER_ID');
  });

  it("puts the stack's services in the place of Azure's, and a given topic before its own", () => {
    const given = {
      AzureWebJobsStorage: 'real',
      AzureWebJobsStorage__accountName: 'real',
      AZURE_CLIENT_SECRET: 's',
      EVENT_GRID_TOPIC_ENDPOINT: 'https://topic.test',
    };
    const env = hostEnvironment(given, EMULATED);
    expect(env).toMatchObject({ AzureWebJobsStorage: 'storage', EVENT_GRID_TOPIC_ENDPOINT: 'https://topic.test' });
    expect(env).not.toHaveProperty('AzureWebJobsStorage__accountName');
    expect(env).not.toHaveProperty('AZURE_CLIENT_SECRET');
    expect(hostEnvironment({}, EMULATED)['EVENT_GRID_TOPIC_ENDPOINT']).toBe(ADDRESSES.eventGridEndpoint);
  });
});
