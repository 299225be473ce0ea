import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.ts';

/** Names what a bundle was made from; empty while it is being made. */
const STAMP = 'made-from';

/**
 * Bundles the app into a directory, unless it has the bundle of these very sources, packages and options already: what
 * counts is what files hold, as their times say nothing after a checkout or a copy.
 * @throws {NodeJS.ErrnoException} where nothing can be written there
 */
export async function freshBundle(outdir: string): Promise<void> {
  const stamp = join(outdir, STAMP);
  const sources = await sourcesHash();
  const made = await readFile(stamp, 'utf8').catch(() => '');
  if (made === sources && existsSync(join(outdir, 'main.js'))) return;
  await mkdir(outdir, { recursive: true });
  await writeFile(stamp, '');
  await bundle(outdir);
  await writeFile(stamp, sources);
}

async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256');
  const paths = ['package.json', 'package-lock.json', 'scripts/bundle.ts', ...globSync('src/**/*.ts').toSorted()];
  for (const path of paths) hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex');
}
