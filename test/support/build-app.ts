import { execFileSync } from 'node:child_process';

/** The functions host runs the bundle, so the bundle has to be today's; `npm test` has just built it. */
export function setup(): void {
  if (process.env['APP_IS_BUILT'] !== 'true')
    execFileSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
}
