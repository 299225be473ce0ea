import { expect, it } from 'vitest';
import { openSigningKeys, receiverKeyName } from '../../../src/shared/notify/signing-keys.ts';
import { SecretNotFoundError, SecretsUnavailableError } from '../../../src/shared/secrets/secrets.ts';

const shared = { source: 'environment', name: 'CALLBACK_SIGNING_KEY' } as const;

function openWith(vault: Record<string, string>, sources: { prefix?: string; shared?: typeof shared }) {
  const clock = { nowMs: 0 };
  const asked: string[] = [];
  const get = async ({ name }: { name: string }) => {
    asked.push(name);
    const value = vault[name];
    if (value === 'down') throw new SecretsUnavailableError({ secretName: name });
    if (value === undefined) throw new SecretNotFoundError(name, 'vault');
    return value;
  };
  const keys = openSigningKeys(sources, { get }, () => clock.nowMs);
  return { keysOf: async (url: string) => keys(new URL(url)), vault, asked, clock };
}

it.each([
  ['https://api.example.com/x', 'key-api-example-com'],
  ['https://API.Example.com:443/x', 'key-api-example-com'],
  ['https://api.example.com:8443/x', 'key-api-example-com-8443'],
  ['https://a-b.example.com/', 'key-a--b-example-com'],
  ['https://bücher.example/', 'key-xn----bcher--kva-example'],
  ['https://10.1.2.3:9000/', 'key-10-1-2-3-9000'],
  ['https://[fd00::1]/', undefined],
  [`https://${'a.'.repeat(100)}example/`, undefined],
])('knows the key of %s in the vault as %s', (url, name) => {
  expect(receiverKeyName('key-', new URL(url))).toBe(name);
});

it('gives no two receivers the same key', () => {
  const hosts = ['a-b.example.com', 'a.b.example.com', 'a--b.example.com', 'a.b-example.com', 'a.b.example-com.x'];
  const urls = hosts.flatMap((host) => [`https://${host}/`, `https://${host}:8443/`]);

  expect(new Set(urls.map((url) => receiverKeyName('', new URL(url)))).size).toBe(urls.length);
});

it('signs with the key of the receiver, else with the one for all, else not at all', async () => {
  const vault = { 'key-a-example': 'whsec_a', CALLBACK_SIGNING_KEY: 'whsec_shared' };

  const both = openWith(vault, { prefix: 'key-', shared });
  expect(await both.keysOf('https://a.example/')).toEqual(['whsec_a']);
  expect(await both.keysOf('https://b.example/')).toEqual(['whsec_shared']);
  expect(await openWith(vault, { shared }).keysOf('https://a.example/')).toEqual(['whsec_shared']);
  expect(await openWith(vault, {}).keysOf('https://a.example/')).toEqual([]);
  await expect(openWith(vault, { prefix: 'key-' }).keysOf('https://b.example/')).rejects.toMatchObject({
    code: 'CALLBACK_SIGNING_KEY',
    message: 'Callbacks cannot be signed: there is no key for the receiver.',
  });
});

it('signs with all keys of a receiver that changes to another one', async () => {
  const opened = openWith({ 'key-a-example': ' whsec_new\nwhsec_old ' }, { prefix: 'key-' });

  expect(await opened.keysOf('https://a.example/')).toEqual(['whsec_new', 'whsec_old']);
});

it('asks for a key that is missing again after five minutes, and never takes an outage for that', async () => {
  const opened = openWith({ CALLBACK_SIGNING_KEY: 'whsec_shared' }, { prefix: 'key-', shared });
  await opened.keysOf('https://a.example/');
  await opened.keysOf('https://a.example/');
  expect(opened.asked.filter((name) => name === 'key-a-example')).toHaveLength(1);

  opened.vault['key-a-example'] = 'whsec_a';
  opened.clock.nowMs += 5 * 60_000;
  expect(await opened.keysOf('https://a.example/')).toEqual(['whsec_a']);

  opened.vault['key-b-example'] = 'down';
  await expect(opened.keysOf('https://b.example/')).rejects.toMatchObject({ code: 'SECRETS_UNAVAILABLE' });
});
