import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshBundle } from '../scripts/fresh-bundle.ts';
import { packageApp } from '../scripts/package-app.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** What a directory that cannot be written says: no permission, a read-only file system, a file in its place. */
const UNWRITABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST']);

/** A function app that can be run; disposing of it takes away what was made for it alone. */
export interface BuiltApp extends AsyncDisposable {
  readonly appDir: string;
}

/**
 * The gateway as a function app, built where it is not fresh: the repository itself, or, where that cannot be written, a
 * package of it in a temporary directory.
 */
export async function builtApp(outdir = join(repository, 'dist')): Promise<BuiltApp> {
  try {
    await freshBundle(outdir);
    return { appDir: repository, [Symbol.asyncDispose]: async () => {} };
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    const appDir = await mkdtemp(join(tmpdir(), 'databricks-gateway-app-'));
    await packageApp(appDir);
    return { appDir, [Symbol.asyncDispose]: () => rm(appDir, { recursive: true, force: true }) };
  }
}

function isUnwritable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNWRITABLE.has(String(error.code));
}
