import type { SecretClient } from '@azure/keyvault-secrets';
import { expect, it, vi } from 'vitest';
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

/** A vault whose answers the test gives, in the order of the questions. */
function openVault() {
  const questions: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const clock = { ms: 0 };
  const secrets = createKeyVaultSecrets({
    client: async () =>
      ({
        getSecret: () =>
          new Promise((resolve, reject) => {
            questions.push({ resolve: (value) => resolve({ value }), reject });
          }),
      }) as unknown as SecretClient,
    log: createLog({ sink: () => undefined, redactor: createRedactor() }),
    now: () => clock.ms,
  });
  const asked = async (count: number) => {
    await vi.waitFor(() => expect(questions).toHaveLength(count));
    return questions.at(-1)!;
  };
  return { secrets, clock, asked, questions };
}

const down = Object.assign(new Error('down'), { statusCode: 503 });

async function openVaultWith(value: string) {
  const vault = openVault();
  const first = vault.secrets.get('a');
  (await vault.asked(1)).resolve(value);
  expect(await first).toBe(value);
  return vault;
}

it('lets nobody wait for the next value of a secret while there is one', async () => {
  const { secrets, clock, asked } = await openVaultWith('old');

  clock.ms += 300_000;
  expect([await secrets.get('a'), await secrets.get('a')]).toEqual(['old', 'old']);
  (await asked(2)).resolve('new');
  await vi.waitFor(async () => expect(await secrets.get('a')).toBe('new'));
});

it('reads a refused value again once for all who were refused, whoever reads it already', async () => {
  const { secrets, clock, asked, questions } = await openVaultWith('old');
  clock.ms += 300_000;
  await secrets.get('a');
  const early = await asked(2);

  secrets.drop('a', 'old');
  const refused = [secrets.get('a'), secrets.get('a')];
  const late = await asked(3);
  // The read that began before the value was refused ends after the one that began because of that.
  late.resolve('new');
  expect(await Promise.all(refused)).toEqual(['new', 'new']);
  early.resolve('old');
  secrets.drop('a', 'old');

  expect(await secrets.get('a')).toBe('new');
  expect(questions).toHaveLength(3);
});

it('keeps a value for those who are not refused with it while the vault is down', async () => {
  const { secrets, asked } = await openVaultWith('old');

  secrets.drop('a', 'old');
  const refused = secrets.get('a');
  (await asked(2)).reject(down);
  await expect(refused).rejects.toThrow(SecretsUnavailableError);

  expect(await secrets.get('a')).toBe('old');
});

it('forgets a value whose secret was taken out of the vault', async () => {
  const { secrets, clock, asked, questions } = await openVaultWith('old');
  clock.ms += 300_000;
  await secrets.get('a');
  (await asked(2)).reject(Object.assign(new Error('gone'), { statusCode: 404 }));

  let next: Promise<string> | undefined;
  await vi.waitFor(() => {
    next = secrets.get('a');
    expect(questions).toHaveLength(3);
  });
  questions.at(-1)?.resolve('again');
  expect(await next).toBe('again');
});
