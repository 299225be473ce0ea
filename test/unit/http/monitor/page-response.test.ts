import { HttpRequest } from '@azure/functions';
import { brotliCompressSync } from 'node:zlib';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { AuthConfig } from '../../../../src/shared/config/auth-config.ts';
import { readPageFiles } from '../../../../src/shared/http/monitor/page-files.ts';
import { fileResponse, pageResponse } from '../../../../src/shared/http/monitor/page-response.ts';
import { signInOf } from '../../../../src/shared/http/monitor/sign-in.ts';

const SCRIPT = 'console.log("page");';
const ENTRA: AuthConfig = {
  mode: 'entra',
  entra: {
    tenantIds: ['11111111-2222-4333-8444-555555555555'],
    audiences: ['api://gateway"><script>', '99999999-2222-4333-8444-555555555555'],
    authority: 'https://login.example',
    keysCooldownMs: 0,
  },
};

async function responseTo(path: string, headers: Record<string, string> = {}, auth: AuthConfig = { mode: 'keys' }) {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-page-'));
  await writeFile(join(folder, 'index.html'), '<meta name="gateway-sign-in" content="{}" />');
  await writeFile(join(folder, 'app-1.js'), SCRIPT);
  await writeFile(join(folder, 'app-1.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(folder, 'app-1.js.map'), '{}');
  const files = await readPageFiles(pathToFileURL(`${folder}/`));
  await rm(folder, { recursive: true });
  const request = new HttpRequest({
    method: 'GET',
    url: `http://127.0.0.1:7071/api/monitor${path}`,
    headers,
    params: { file: path.replace('/', '') },
  });
  return path === '' ? pageResponse(request, { config: { auth } as never }, files) : fileResponse(request, files);
}

it.each([
  ['br, gzip', 'br'],
  ['gzip;q=1.0, br;q=0.5', 'br'],
  ['br;q=0, gzip', undefined],
  ['', undefined],
  ['bread', undefined],
])('sends what was compressed to those who accept it: %s', async (accepted, coding) => {
  const { headers, body } = await responseTo('/app-1.js', { 'accept-encoding': accepted });

  expect((headers as Record<string, string>)['content-encoding']).toBe(coding);
  expect(Buffer.from(body as Uint8Array).toString()).toBe(
    coding === undefined ? SCRIPT : brotliCompressSync(SCRIPT).toString(),
  );
});

it('has another tag for each coding, and sends nothing to those who have it', async () => {
  const plain = (await responseTo('/app-1.js')).headers as Record<string, string>;
  const packed = (await responseTo('/app-1.js', { 'accept-encoding': 'br' })).headers as Record<string, string>;

  expect(plain['etag']).not.toBe(packed['etag']);
  expect((await responseTo('/app-1.js', { 'if-none-match': `W/"x", ${plain['etag']}` })).status).toBe(304);
  expect((await responseTo('/app-1.js', { 'if-none-match': packed['etag'] ?? '' })).status).toBe(200);
});

it.each(['/index.html', '/app-1.js.map', '/app-1.js.br', '/../main.js', '/nothing.js'])(
  'has no file %s',
  async (path) => {
    await expect(responseTo(path)).rejects.toMatchObject({ code: 'PAGE_NOT_FOUND' });
  },
);

it('writes into the page how to sign in, as text, and lets it ask nobody but the gateway and the authority', async () => {
  const { body, headers } = await responseTo('', {}, ENTRA);

  const html = Buffer.from(body as Uint8Array).toString();
  expect(html).not.toContain('<script>');
  const [, content = ''] = /content="([^"]*)"/.exec(html) ?? [];
  const signIn = JSON.parse(content.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&'));
  expect(signIn).toEqual({
    mode: 'entra',
    client_id: '99999999-2222-4333-8444-555555555555',
    authorities: ['https://login.example/11111111-2222-4333-8444-555555555555'],
    scope: 'api://gateway"><script>/.default',
  });
  expect((headers as Record<string, string>)['content-security-policy']).toContain(
    "connect-src 'self' https://login.example;",
  );
  const other = (await responseTo('')).headers as Record<string, string>;
  expect(other['content-security-policy']).toContain("connect-src 'self';");
});

it('tells nothing of a mode but what signing in takes', () => {
  expect(signInOf({ mode: 'keys', masterKey: { name: 'HOST_MASTER_KEY' } as never })).toEqual({ mode: 'keys' });
});
