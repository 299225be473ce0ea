import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCertificateAuthority } from '../../emulator/certificate-authority.ts';
import { startEmulator, type Emulator } from '../../emulator/emulator.ts';
import { createClock } from '../clock.ts';
import { statementsControl } from '../controls/statements.ts';
import { createSqlWarehouse } from './warehouse.ts';

/** The warehouse alone over HTTPS, without the rest of the workspace and without authentication. */
export async function serveSqlWarehouse(options: { port?: number } = {}): Promise<Emulator & { caFile: string }> {
  const authority = await openCertificateAuthority(await mkdtemp(join(tmpdir(), 'sql-warehouse-')));
  const clock = createClock();
  const warehouse = await createSqlWarehouse({ clock });
  const emulator = await startEmulator({
    ...options,
    tls: await authority.issue(['localhost', '127.0.0.1']),
    token: 'local',
    operationOf: (request) => warehouse.operationOf(request) ?? '',
    handle: (request) => warehouse.handle(request),
    controls: { statements: statementsControl(warehouse.engine.held) },
  });
  return {
    url: emulator.url,
    port: emulator.port,
    caFile: authority.caFile,
    async [Symbol.asyncDispose]() {
      await emulator[Symbol.asyncDispose]();
      await warehouse[Symbol.asyncDispose]();
      clock.stop();
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  const emulator = await serveSqlWarehouse({ port: Number(values.port ?? 0) });
  console.log(`ca ${emulator.caFile}\nlistening on ${emulator.url}`);
}
