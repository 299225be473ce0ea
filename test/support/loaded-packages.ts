import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Metafile } from 'esbuild';

/** The file that is imported before a program whose modules are to be known. */
export const RECORDER = new URL('record-modules.ts', import.meta.url);

/**
 * The packages of npm whose code a program has loaded from a bundle: those with a source in any of the bundle's files
 * that are named in what the recorder wrote.
 */
export async function loadedPackages(recordedFile: string, { outputs }: Metafile): Promise<Set<string>> {
  const loaded = new Set((await readFile(recordedFile, 'utf8')).split('\n').map((url) => basename(url)));
  const sources = Object.entries(outputs).flatMap(([path, { inputs }]) =>
    loaded.has(basename(path)) ? Object.keys(inputs) : [],
  );
  return new Set(sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []));
}
