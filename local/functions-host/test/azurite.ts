import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const main = path.join(
  path.dirname(createRequire(import.meta.url).resolve('azurite/package.json')),
  'dist/src/azurite.js',
);
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Azurite on free ports, its state in memory. */
export async function startAzurite(): Promise<AsyncDisposable & { connectionString: string }> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'azurite-'));
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  const options = ['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--inMemoryPersistence'];
  const child = spawn(process.execPath, [main, ...ports, ...options], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const urls = new Map<string, string>();
  const listening = Promise.withResolvers<void>();
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const [, service, url] of text.matchAll(/Azurite (\w+) service is successfully listening at (\S+)/g))
      urls.set(service!, url!);
    if (urls.size === 3) listening.resolve();
  });
  child.once('exit', (code) => listening.reject(new Error(`azurite ended with ${code}: ${text}`)));
  await listening.promise;
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1',
      `AccountKey=${ACCOUNT_KEY}`,
      ...['Blob', 'Queue', 'Table'].map((service) => `${service}Endpoint=${urls.get(service)}/devstoreaccount1`),
    ].join(';'),
    [Symbol.asyncDispose]: async () => {
      const closed = once(child, 'exit');
      child.kill('SIGKILL');
      await closed;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
