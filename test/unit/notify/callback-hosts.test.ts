import { expect, it } from 'vitest';
import { callbackProblem, mayBePrivate } from '../../../src/shared/notify/callback-hosts.ts';

const hosts = {
  allowed: [
    'api.example.com',
    'hooks.example.com:8443',
    '*.example.org',
    '127.0.0.1:7198',
    '[::1]:9000',
    '10.0.0.9',
    '8.8.8.8',
  ],
  allowedPrivate: ['hooks.internal:8443', '10.1.2.3'],
};

it.each([
  'https://api.example.com/done',
  'https://api.example.com:443/done',
  'https://hooks.example.com:8443/done',
  'https://a.b.example.org/done',
  'http://127.0.0.1:7198/done',
  'http://[::1]:9000/done',
  'https://8.8.8.8/done',
  'https://hooks.internal:8443/done',
  'https://10.1.2.3/done',
])('lets callbacks go to %s', (url) => {
  expect(callbackProblem(url, hosts)).toBeUndefined();
});

it.each([
  ['another host', 'https://evil.example.com/done', 'does not name it'],
  ['another port', 'https://api.example.com:22/done', 'does not name it'],
  ['the usual port where another is named', 'https://hooks.example.com/done', 'does not name it'],
  ['another port of a private host', 'https://hooks.internal/done', 'does not name it'],
  ['a domain that only ends alike', 'https://evilexample.org/done', 'does not name it'],
  ['the domain itself', 'https://example.org/done', 'does not name it'],
  ['a host with a dot at its end', 'https://api.example.com./done', 'does not name it'],
  ['credentials', 'https://user:pass@api.example.com/done', 'must not hold credentials'],
  ['a user', 'https://user@api.example.com/done', 'must not hold credentials'],
  ['the clear', 'http://api.example.com/done', 'must use https'],
  ['the clear at a private host', 'http://hooks.internal:8443/done', 'must use https'],
  ['another scheme', 'ftp://api.example.com/done', 'must use https'],
  [
    'a private address that only the list of public hosts names',
    'https://10.0.0.9/done',
    'CALLBACK_ALLOWED_PRIVATE_HOSTS',
  ],
  ['another port of this machine', 'http://[::1]:9001/done', 'does not name it'],
  ['no URL', 'nonsense', 'no URL'],
])('refuses callbacks to %s', (_what, url, problem) => {
  expect(callbackProblem(url, hosts)).toContain(problem);
});

it('lets only what is named so be private', () => {
  const origins = [
    'https://hooks.internal:8443',
    'http://127.0.0.1:7198',
    'https://hooks.internal',
    'https://api.example.com',
    'https://127.0.0.2',
  ];

  expect(origins.map((origin) => mayBePrivate(new URL(origin), hosts))).toEqual([true, true, false, false, false]);
});
