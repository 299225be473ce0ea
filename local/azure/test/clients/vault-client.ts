/** Run as a child process: an application's own code, with the unmodified Azure SDK, configured by its environment alone. */
import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';

const credential = new DefaultAzureCredential();
const client = new SecretClient(process.env['KEY_VAULT_URL'] ?? '', credential, {
  disableChallengeResourceVerification: true,
  retryOptions: { maxRetries: 0 },
});
const set = await client.setSecret('greeting', 'good day', { tags: { language: 'en' }, contentType: 'text/plain' });
await client.setSecret('greeting', 'good evening');
const current = await client.getSecret('greeting');
const first = await client.getSecret('greeting', { version: set.properties.version ?? '' });
await client.setSecret('off', 'x', { enabled: false });
const disabled = await failure(client.getSecret('off'));
const missing = await failure(client.getSecret('none'));
const names: string[] = [];
for (let i = 0; i < 30; i += 1) await client.setSecret(`many-${String(i).padStart(2, '0')}`, 'x');
for await (const secret of client.listPropertiesOfSecrets()) names.push(secret.name);
const versions: (string | undefined)[] = [];
for await (const version of client.listPropertiesOfSecretVersions('greeting')) versions.push(version.version);
const deletion = await client.beginDeleteSecret('greeting');
await deletion.pollUntilDone();
const deleted = await failure(client.getSecret('greeting'));
const recovery = await client.beginRecoverDeletedSecret('greeting');
await recovery.pollUntilDone();
const recovered = await client.getSecret('greeting');
const token = await credential.getToken('2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default');
const userAssigned = await new DefaultAzureCredential({ managedIdentityClientId: 'a1b2' }).getToken(
  'https://x.test/.default',
);

console.log(
  JSON.stringify({
    current: current.value,
    first: [first.value, first.properties.tags, first.properties.contentType],
    disabled,
    missing,
    names,
    versions: versions.length,
    deleted,
    recovered: recovered.value,
    token: token.token,
    expiresInSeconds: (token.expiresOnTimestamp - Date.now()) / 1_000,
    userAssigned: userAssigned.token,
  }),
);

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'no failure';
  } catch (error) {
    const { code, statusCode } = error as { code?: string; statusCode?: number };
    return [statusCode, code];
  }
}
