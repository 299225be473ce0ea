import { expect, it } from 'vitest';
import { readDocumentLocation } from '../../../src/shared/config/document-location.ts';
import { SettingReader } from '../../../src/shared/config/setting-reader.ts';

function read(text: string) {
  const reader = new SettingReader({ POLICY_FILE: text });
  return { location: readDocumentLocation(reader, 'POLICY_FILE'), problems: reader.problems };
}

it.each([
  ['settings/policy.json', { kind: 'file', path: 'settings/policy.json' }],
  ['/etc/policy.json', { kind: 'file', path: '/etc/policy.json' }],
  ['https://a.blob.core.windows.net/c/p.json', { kind: 'blob', url: 'https://a.blob.core.windows.net/c/p.json' }],
  ['http://127.0.0.1:10000/dev/c/p.json', { kind: 'blob', url: 'http://127.0.0.1:10000/dev/c/p.json' }],
  ['', undefined],
])('takes %j for %j', (text, location) => {
  expect(read(text)).toEqual({ location, problems: [] });
});

it.each([
  'http://a.blob.core.windows.net/c/p.json',
  'https://user:password@a.blob.core.windows.net/c/p.json',
  'https://a.blob.core.windows.net/c/p.json?sig=secret',
  'file:///etc/policy.json',
])('refuses %s without a word of it', (text) => {
  const { location, problems } = read(text);

  expect(location).toBeUndefined();
  expect(problems).toEqual([{ setting: 'POLICY_FILE', problem: expect.not.stringContaining('secret') }]);
});
