import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';

export interface StackAddresses {
  gatewayUrl: string;
  warehouseUrl: string;
  token: string;
  caFile: string;
}

export interface StackProcess extends AsyncDisposable, StackAddresses {
  /** Memory of the gateway's process, MB. */
  gatewayMb(): Promise<number>;
}

/** The whole stack in a child process. */
export async function startStackProcess(): Promise<StackProcess> {
  const child = fork(path.join(import.meta.dirname, 'stack-child.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [addresses] = (await Promise.race([
    once(child, 'message'),
    exited.then(() => Promise.reject(new Error('The stack did not start.'))),
  ])) as [StackAddresses];
  return {
    ...addresses,
    gatewayMb: async () => {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=,args=', '--ppid', String(child.pid)]);
      const host = stdout.split('\n').find((line) => line.includes('functions-host'));
      return Number.parseInt(host ?? 'NaN', 10) / 1024;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exited;
    },
  };
}
