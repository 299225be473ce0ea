import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';

const SETTLE_MS = 300;

/** Runs this program again without `--watch` and restarts it whenever a file of the app changes; its data and node_modules do not count. */
export async function watchApp(app: string, data: string): Promise<void> {
  const [script = '', ...args] = process.argv.slice(1);
  const childArgs = [script, ...args.filter((argument) => argument !== '--watch')];
  let child: ChildProcess | undefined;
  let isRestarting = false;
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  const stopped = Promise.withResolvers<void>();

  const start = (): void => {
    isRestarting = false;
    child = spawn(process.execPath, [...process.execArgv, ...childArgs], { stdio: 'inherit' });
    child.once('exit', (code) => {
      child = undefined;
      if (isStopping) stopped.resolve();
      else if (isRestarting) start();
      else process.stderr.write(`the host ended with code ${code}; waiting for a change\n`);
    });
  };
  const restart = (): void => {
    if (isStopping) return;
    if (child === undefined) return start();
    isRestarting = true;
    child.kill('SIGTERM');
  };
  const watcher = watch(app, { recursive: true }, (_, name) => {
    const file = path.join(app, name ?? '');
    const isOwn = file.startsWith(data + path.sep) || file === data;
    if (isOwn || file.includes(`${path.sep}node_modules${path.sep}`) || file.includes(`${path.sep}.git${path.sep}`))
      return;
    clearTimeout(timer);
    timer = setTimeout(restart, SETTLE_MS);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      isStopping = true;
      clearTimeout(timer);
      if (child !== undefined) child.kill(signal);
      else stopped.resolve();
    });
  start();
  await stopped.promise;
  watcher.close();
}
