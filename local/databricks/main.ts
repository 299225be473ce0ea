import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCertificateAuthority } from '../emulator/certificate-authority.ts';
import { startDatabricks } from './databricks.ts';

const USAGE = 'usage: npm run emulator -- --port N [--data DIR] [--time-scale X]';

/** The Databricks workspace alone, until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      'time-scale': { type: 'string', default: '1' },
    },
  });
  const port = Number(values.port);
  const timeScale = Number(values['time-scale']);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || !(timeScale > 0)) throw new Error(USAGE);

  const stopped = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.resolve());

  await using running = new AsyncDisposableStack();
  const dir = values.data ?? (await mkdtemp(join(tmpdir(), 'databricks-')));
  if (values.data === undefined) running.defer(() => rm(dir, { recursive: true, force: true }));
  const authority = await openCertificateAuthority(dir);
  const token = process.env['DATABRICKS_TOKEN'] ?? `dapi${randomBytes(16).toString('hex')}`;
  const { DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = process.env;
  const databricks = running.use(
    await startDatabricks({
      port,
      timeScale,
      token,
      certificate: await authority.issue(['localhost', '127.0.0.1']),
      ...(values.data === undefined ? {} : { dataDir: values.data }),
      ...(clientId && clientSecret ? { oauthClient: { clientId, clientSecret } } : {}),
    }),
  );
  console.log(`ca ${authority.caFile}`);
  console.log(`token ${token}`);
  console.log(`listening on ${databricks.url}`);
  await stopped.promise;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
