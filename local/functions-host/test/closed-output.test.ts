import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { appDirectory } from './host-process.ts';

const main = path.join(import.meta.dirname, '..', 'main.ts');

it('goes on, and stops on SIGTERM, when nobody reads its output any more', async () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'functions-host-'));
  const args = [main, '--app', appDirectory('conformance-app'), '--port', '0', '--data', data, '--no-auth'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let output = '';
    const url = await new Promise<string>((resolve) => {
      child.stdout.on('data', (chunk) => {
        output += String(chunk);
        const match = /^listening on (\S+)$/m.exec(output);
        if (match?.[1] !== undefined) resolve(match[1]);
      });
    });
    child.stdout.destroy();
    child.stderr.destroy();

    // Each of these is logged.
    for (let request = 0; request < 5; request++) await (await fetch(`${url}/api/echo`)).text();
    const response = await fetch(`${url}/api/nothing-here`);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');

    expect(response.status).toBe(404);
    expect(code).toBe(0);
  } finally {
    child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  }
});
