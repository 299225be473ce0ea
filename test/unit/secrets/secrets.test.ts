import { expect, it } from 'vitest';
import { createEnvironmentSecrets } from '../../../src/shared/secrets/environment.ts';
import { createKeyVaultSecrets } from '../../../src/shared/secrets/key-vault.ts';
import { createSecretStore } from '../../../src/shared/secrets/secret-store.ts';
import { SecretNotFoundError, SecretsUnavailableError } from '../../../src/shared/secrets/secrets.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

it('reads a secret that was given as a setting', async () => {
  const secrets = createEnvironmentSecrets({ DATABRICKS_TOKEN: ' value \n', EMPTY: '' });

  expect(await secrets.get('DATABRICKS_TOKEN')).toBe('value');
  await expect(secrets.get('EMPTY')).rejects.toThrow(SecretNotFoundError);
  await expect(secrets.get('MISSING')).rejects.toMatchObject({ secretName: 'MISSING', place: 'settings' });
});

it('finds each secret where its reference says, and tells of it first', async () => {
  const dropped: string[] = [];
  const seen: string[] = [];
  const store = createSecretStore({
    environment: createEnvironmentSecrets({ A: 'from-environment' }),
    keyVault: { get: async (name) => `from-vault-${name}`, drop: (name, refused) => dropped.push(name, refused) },
    onValue: (value) => seen.push(value),
  });

  expect(await store.get({ source: 'environment', name: 'A' })).toBe('from-environment');
  expect(await store.get({ source: 'key-vault', name: 'b' })).toBe('from-vault-b');
  store.drop({ source: 'key-vault', name: 'b' }, 'from-vault-b');
  expect(seen).toEqual(['from-environment', 'from-vault-b']);
  expect(dropped).toEqual(['b', 'from-vault-b']);
});

it('says that there is no vault', async () => {
  const store = createSecretStore({ environment: createEnvironmentSecrets({}), onValue: () => {} });

  await expect(store.get({ source: 'key-vault', name: 'b' })).rejects.toThrow(SecretsUnavailableError);
});

it.each([
  new Error('planted words: socket hang up'),
  Object.assign(new Error('planted words'), { statusCode: 403 }),
  Object.assign(new Error('planted words'), { statusCode: 404 }),
])('keeps the name of a secret and the words of a vault out of messages, which callers may see: %s', async (answer) => {
  const secrets = createKeyVaultSecrets({
    client: async () => {
      throw answer;
    },
    log: createLog({ sink: () => undefined, redactor: createRedactor() }),
  });

  await expect(secrets.get('planted-name')).rejects.toMatchObject({
    secretName: 'planted-name',
    code: expect.stringMatching(/^SECRET/),
    message: expect.not.stringContaining('planted'),
  });
});
