import path from 'node:path';
import { startHost } from '../../local/functions-host/test/host-process.ts';
import { torture, type TortureResult } from '../../local/functions-host/test/mixed-load.ts';

/** RunOrchestrations of every kind while the host is killed again and again; nothing may be stuck, wrong, doubled or left over. */
export async function benchTorture(orchestrations = 500, kills = 10): Promise<TortureResult> {
  await using host = await startHost({
    app: path.join(import.meta.dirname, '../../local/functions-host/test/conformance-app'),
  });
  return await torture(host, orchestrations, kills, Math.random);
}

if (import.meta.main) {
  const result = await benchTorture();
  console.table([result]);
  process.exitCode = result.stuck + result.wrong + result.doubled + result.leftOver === 0 ? 0 : 1;
}
