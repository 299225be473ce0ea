import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { DatabricksPermissionError } from '../../../src/shared/databricks/errors.ts';
import { SecretNotFoundError, SecretsUnavailableError } from '../../../src/shared/secrets/secrets.ts';
import { FAILURE_KEPT_MS } from '../../../src/shared/databricks/token.ts';
import { OAUTH_CLIENT, startLocalCloud, TOKEN } from './local-cloud.ts';
import { movedClock } from './moved-clock.ts';

let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterEach(async () => {
  await cloud.vault.control.clearFaults();
  await cloud.vault.control.clearRequests();
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
});

const vaultPat = { type: 'pat', token: { source: 'key-vault', name: 'databricks-token' } } as const;
const DOWN = { kind: 'status', status: 503 };

it.each(['azure-default', 'azure-msi'] as const)('signs in with an Entra token and no secret: %s', async (type) => {
  await using client = cloud.connect({ type });

  await expect(client.jobs.listJobsByName('none')).resolves.toEqual([]);
  expect((await client.tokens.getToken()).expiresAtMs).toBeGreaterThan(Date.now() + 3_000_000);
});

it('signs in as a service principal, and takes up its rotated secret without a restart', async () => {
  const clientSecret = { source: 'key-vault', name: 'oauth-secret' } as const;
  cloud.vault.set('oauth-secret', 'an-old-secret');
  const clock = movedClock();
  await using client = cloud.connect({ type: 'oauth-m2m', clientId: OAUTH_CLIENT.clientId, clientSecret }, clock);
  await expect(client.jobs.listJobsByName('none')).rejects.toThrow(DatabricksPermissionError);

  cloud.vault.set('oauth-secret', OAUTH_CLIENT.clientSecret);
  clock.advance(FAILURE_KEPT_MS);

  await expect(client.jobs.listJobsByName('none')).resolves.toEqual([]);
});

it('reads a secret once for all who ask at the same time, and not again for five minutes', async () => {
  const clock = movedClock();
  cloud.vault.set('databricks-token', TOKEN);
  await using client = cloud.connect(vaultPat, clock);

  await Promise.all(Array.from({ length: 10 }, () => client.keyVault.get('databricks-token')));
  clock.advance(299_000);
  await client.keyVault.get('databricks-token');
  expect((await cloud.vault.control.requests('secrets/get'))['200']).toBe(1);

  clock.advance(2_000);
  await client.keyVault.get('databricks-token');
  await vi.waitFor(async () => expect((await cloud.vault.control.requests('secrets/get'))['200']).toBe(2));
});

it('goes on with what it knows while the vault is down, for an hour', async () => {
  const clock = movedClock();
  cloud.vault.set('databricks-token', TOKEN);
  await using client = cloud.connect(vaultPat, clock);
  await client.jobs.listJobsByName('none');
  await cloud.vault.control.fault(DOWN);

  clock.advance(3_500_000);
  await expect(client.jobs.listJobsByName('none')).resolves.toEqual([]);
  await vi.waitFor(() => expect(client.records.map(({ event }) => event)).toContain('secret.stale_value_used'));
  clock.advance(200_000);
  await expect(client.jobs.listJobsByName('none')).rejects.toThrow(SecretsUnavailableError);

  await cloud.vault.control.clearFaults();
  await expect(client.jobs.listJobsByName('none')).resolves.toEqual([]);
  expect(inspect(client.records, { depth: null, showHidden: true })).not.toContain(TOKEN);
});

it('says in time that the vault is down, and recovers', async () => {
  await using client = cloud.connect(vaultPat);
  await cloud.vault.control.fault(DOWN);

  const error = await client.jobs.listJobsByName('none').catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(SecretsUnavailableError);
  expect(error).toMatchObject({ retryable: true });
  await cloud.vault.control.clearFaults();
  await expect(client.jobs.listJobsByName('none')).resolves.toEqual([]);
});

it('says that a secret is missing', async () => {
  await using client = cloud.connect({ type: 'pat', token: { source: 'key-vault', name: 'no-such-secret' } });

  await expect(client.jobs.getRun('1')).rejects.toThrow(SecretNotFoundError);
});

it('does not wait for ever for a vault that never answers', async () => {
  await using client = cloud.connect(vaultPat, { timeoutMs: 500 });
  await cloud.vault.control.fault({ kind: 'delay', delay_seconds: 600 });

  await expect(client.keyVault.get('databricks-token')).rejects.toThrow(SecretsUnavailableError);
});

it('refuses a wrong token after a bounded number of calls, and shows none', async () => {
  cloud.vault.set('wrong-token', 'dapi-wrong-token');
  await using client = cloud.connect({ type: 'pat', token: { source: 'key-vault', name: 'wrong-token' } });

  const error = await client.jobs.getRun('1').catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksPermissionError);
  expect(error).toMatchObject({ status: 403, databricksMessage: 'Invalid access token.' });
  expect(await cloud.databricks.control.requests('runs/get')).toEqual({ 403: 1 });
  expect(inspect([error, client.records], { depth: null, showHidden: true })).not.toMatch(
    /dapi-wrong-token|identity-header/,
  );
});

it('takes up a rotated token without a restart', async () => {
  cloud.vault.set('rotated', 'dapi-old');
  await using client = cloud.connect({ type: 'pat', token: { source: 'key-vault', name: 'rotated' } });
  await expect(client.jobs.listJobsByName('none')).rejects.toThrow(DatabricksPermissionError);

  cloud.vault.set('rotated', TOKEN);

  await expect(client.jobs.listJobsByName('none')).resolves.toEqual([]);
});
