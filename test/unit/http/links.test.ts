import { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import { baseUrl } from '../../../src/shared/http/links.ts';

const platform = { platformUrl: 'https://gw.azurewebsites.net' };
const published = { publicUrl: 'https://api.example.com/gateway', ...platform };

function request(host: string | undefined, url = 'https://127.0.0.1/api/runs', more: Record<string, string> = {}) {
  return new HttpRequest({ method: 'GET', url, headers: { ...(host === undefined ? {} : { host }), ...more } });
}

it('leads to PUBLIC_URL, else to the platform’s name, by whichever of the two it was called', () => {
  expect(baseUrl(request('api.example.com'), { config: published })).toBe('https://api.example.com/gateway');
  expect(baseUrl(request('gw.azurewebsites.net'), { config: published })).toBe('https://api.example.com/gateway');
  expect(baseUrl(request('GW.azurewebsites.net:443'), { config: platform })).toBe('https://gw.azurewebsites.net');
  expect(baseUrl(request('localhost:8080'), { config: platform })).toBe('https://gw.azurewebsites.net');
});

it.each([
  ['127.0.0.1:7071', 'http://127.0.0.1:7071'],
  ['localhost:7071', 'http://localhost:7071'],
  ['[::1]:7071', 'http://[::1]:7071'],
])('leads to where it was called on a developer’s machine: %s', (host, expected) => {
  expect(baseUrl(request(host, `http://${host}/api/runs`), { config: {} })).toBe(expected);
});

it('takes the address from the request where no Host came along', () => {
  expect(baseUrl(request(undefined, 'http://127.0.0.1:7071/api/runs'), { config: {} })).toBe('http://127.0.0.1:7071');
});

it.each([
  'evil.example',
  'gw.azurewebsites.net.evil.example',
  'gw.azurewebsites.net:8443',
  'gw.azurewebsites.net.',
  'a@evil.example:80/..',
  'gw.azurewebsites.net@evil.example',
  'evil.example#gw.azurewebsites.net',
  'gw.azurewebsites.net, evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '0.0.0.0',
  '',
])('has no links for the Host %j, whatever is set', (host) => {
  for (const config of [{}, platform, published])
    expect(() => baseUrl(request(host), { config })).toThrow(
      expect.objectContaining({ status: 421, code: 'MISDIRECTED_REQUEST' }),
    );
});

it('looks at the Host, and not at what a proxy is said to have been asked for', () => {
  const forwarded = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };

  expect(baseUrl(request('127.0.0.1:7071', 'http://127.0.0.1:7071/', forwarded), { config: {} })).toBe(
    'http://127.0.0.1:7071',
  );
  expect(() => baseUrl(request('evil.example', 'http://127.0.0.1:7071/', forwarded), { config: {} })).toThrow(/host/);
});
