import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DatabricksUnavailableError } from '../../../src/shared/databricks/errors.ts';
import { SecretsUnavailableError } from '../../../src/shared/secrets/secrets.ts';
import { FAILURE_KEPT_MS } from '../../../src/shared/databricks/token.ts';
import { startLocalCloud, TOKEN } from './local-cloud.ts';
import { movedClock } from './moved-clock.ts';

let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterEach(async () => {
  await cloud.identity.control.clearFaults();
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
});

it.each([
  ['refuses', { kind: 'status', status: 500 }],
  ['cuts the connection', { kind: 'reset' }],
  ['never answers', { kind: 'delay', delay_seconds: 60 }],
])('says in time that the identity endpoint %s, and recovers', async (_name, fault) => {
  cloud.vault.set('databricks-token', TOKEN);
  const databricksToken = { source: 'key-vault', name: 'databricks-token' } as const;
  const timeoutMs = 1_000;
  const clock = movedClock();
  const entraAuth = { type: 'azure-default', clientId: crypto.randomUUID() } as const;
  await using entra = cloud.connect(entraAuth, { timeoutMs, now: clock.now });
  await using vault = cloud.connect({ type: 'pat', token: databricksToken }, { timeoutMs });
  await cloud.identity.control.fault(fault);

  const errors = await Promise.all(
    [entra, vault].map((client) => client.jobs.listJobsByName('none').catch((thrown: unknown) => thrown)),
  );

  expect(errors[0]).toBeInstanceOf(DatabricksUnavailableError);
  expect(errors[1]).toBeInstanceOf(SecretsUnavailableError);
  expect(inspect(errors, { depth: null })).not.toContain('identity-header-value');
  await cloud.identity.control.clearFaults();
  clock.advance(FAILURE_KEPT_MS);
  await expect(entra.jobs.listJobsByName('none')).resolves.toEqual([]);
  // The vault is not read here: its token would stay in the SDK's cache, and the next case would not ask for one.
});
