import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildPage } from './build-page.ts';
import { bundle } from './bundle.ts';

/** What goes into the package as it is; the last, as it reads a WebAssembly file of its own, which the bundle cannot hold. */
const COPIED = ['host.json', 'settings', 'node_modules/parquet-wasm'];

/**
 * Makes the package of the app in a folder that is emptied first: the bundle, the page, `host.json`, and a `package.json` without
 * dependencies, so that nothing is installed or built where it is deployed. Returns which source went into which file.
 */
export async function packageApp(folder: string): Promise<Metafile> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const metafile = await bundle(join(folder, 'dist'));
  await buildPage(join(folder, 'dist', 'monitor'));
  for (const path of COPIED) await cp(path, join(folder, path), { recursive: true, dereference: true });
  const { name, version, license, type, main } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
    string,
    string
  >;
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, type, main }, null, 2)}\n`);
  return metafile;
}
