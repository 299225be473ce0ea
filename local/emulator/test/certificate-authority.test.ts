import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCertificateAuthority } from '../certificate-authority.ts';
import { sendJson, startEmulator } from '../emulator.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'certificate-authority-'));
});
afterEach(() => rm(dir, { recursive: true }));

function statusOf(url: string, ca: string | string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

it('issues certificates that a client trusts by the authority alone', async () => {
  const authority = await openCertificateAuthority(dir);
  const ca = await readFile(authority.caFile, 'utf8');
  await using server = await startEmulator({
    tls: await authority.issue(['localhost', '127.0.0.1']),
    token: 't',
    operationOf: () => '',
    handle: async ({ response }) => sendJson(response, 200, {}),
  });
  expect(await statusOf(server.url, ca)).toBe(200);
  expect(await statusOf(`https://127.0.0.1:${server.port}`, ca)).toBe(200);
  const stranger = await readFile((await openCertificateAuthority(join(dir, 'stranger'))).caFile, 'utf8');
  await expect(statusOf(server.url, stranger)).rejects.toThrow(/certificate/);
  expect(await statusOf(server.url, [stranger, ca])).toBe(200);
  expect(ca.endsWith('-----END CERTIFICATE-----\n')).toBe(true);
});

it('keeps the authority that is there, its key for its owner only, and replaces a broken one', async () => {
  const first = await openCertificateAuthority(dir);
  const text = await readFile(first.caFile, 'utf8');
  expect((await stat(join(dir, 'ca-key.pem'))).mode & 0o077).toBe(0);
  const again = await openCertificateAuthority(dir);
  expect(await readFile(again.caFile, 'utf8')).toBe(text);
  const leaf = new X509Certificate((await again.issue(['localhost'])).cert);
  expect(leaf.verify(new X509Certificate(text).publicKey)).toBe(true);

  await writeFile(join(dir, 'ca-key.pem'), 'no key');
  const replaced = await openCertificateAuthority(dir);
  expect(await readFile(replaced.caFile, 'utf8')).not.toBe(text);
});
