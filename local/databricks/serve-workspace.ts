import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCertificateAuthority } from '../emulator/certificate-authority.ts';
import { startDatabricks } from './databricks.ts';

/** What the workspace alone is started with. */
export interface WorkspaceOptions {
  /** 0 is any free one. */
  port: number;
  /** Emulated seconds in one real second. */
  timeScale: number;
  /** Where everything is kept; without it, in a temporary directory that goes with the workspace. */
  dataDir?: string | undefined;
}

/** The Databricks workspace alone, until SIGINT or SIGTERM; says where it is, and what its token is. */
export async function serveWorkspace({ port, timeScale, dataDir }: WorkspaceOptions): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.resolve());

  await using running = new AsyncDisposableStack();
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'databricks-')));
  if (dataDir === undefined) running.defer(() => rm(dir, { recursive: true, force: true }));
  const authority = await openCertificateAuthority(dir);
  const token = process.env['DATABRICKS_TOKEN'] ?? `dapi${randomBytes(16).toString('hex')}`;
  const { DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = process.env;
  const databricks = running.use(
    await startDatabricks({
      port,
      timeScale,
      token,
      certificate: await authority.issue(['localhost', '127.0.0.1']),
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(clientId && clientSecret ? { oauthClient: { clientId, clientSecret } } : {}),
    }),
  );
  console.log(`ca ${authority.caFile}`);
  console.log(`token ${token}`);
  console.log(`listening on ${databricks.url}`);
  await stopped.promise;
}
