import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildPage } from './build-page.ts';
import { bundle } from './bundle.ts';

/** Names what a bundle was made from; empty while it is being made. */
const STAMP = 'made-from';

/** Where the monitor page is, which the app looks for beside itself. */
const PAGE = 'monitor';

/** What runs from an earlier bundle may have yet to load a part of it. */
const KEPT_MS = 24 * 3_600_000;

/**
 * Bundles the app, and the monitor page beside it, into a directory, unless it has the bundle of these very sources, packages and options already: what
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
  const [{ outputs }] = await Promise.all([bundle(outdir), buildPage(join(outdir, PAGE))]);
  await removeEarlier(outdir, new Set([STAMP, PAGE, ...Object.keys(outputs).map((path) => basename(path))]));
  await writeFile(stamp, sources);
}

/** Chunks are named for what they hold, so that those of earlier bundles stay. */
async function removeEarlier(outdir: string, made: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(outdir)) {
    const path = join(outdir, name);
    if (!made.has(name) && Date.now() - (await stat(path)).mtimeMs > KEPT_MS) await rm(path);
  }
}

async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256');
  const paths = [
    'package.json',
    'package-lock.json',
    'scripts/bundle.ts',
    'scripts/common-chunk.ts',
    'scripts/lean-libraries.ts',
    'scripts/build-page.ts',
  ];
  paths.push(...globSync(['src/**/*.ts', 'web/**/*.{ts,tsx,css,html,svg}']).toSorted());
  for (const path of paths) hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex');
}
