import { execFileSync } from 'node:child_process';

/** The functions host runs the bundle, so the bundle has to be today's. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
}
