import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Metafile } from 'esbuild';

/** The file that is imported before a program whose modules are to be known. */
export const RECORDER = new URL('record-modules.ts', import.meta.url);

/** The files of a bundle that a program has loaded: those that are named in what the recorder wrote. */
export async function loadedFiles(recordedFile: string, { outputs }: Metafile): Promise<string[]> {
  const loaded = new Set((await readFile(recordedFile, 'utf8')).split('\n').map((url) => basename(url)));
  return Object.keys(outputs).filter((path) => loaded.has(basename(path)));
}

/** The packages of npm whose code a program has loaded from a bundle: those with a source in any of these files. */
export async function loadedPackages(recordedFile: string, metafile: Metafile): Promise<Set<string>> {
  const files = await loadedFiles(recordedFile, metafile);
  const sources = files.flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}));
  return new Set(sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []));
}

/** The sources in the files that a bundle loads before anything is asked of it. */
export function sourcesAtStart({ outputs }: Metafile): string[] {
  const isStart = ([, { entryPoint }]: [string, Metafile['outputs'][string]]) =>
    entryPoint === 'src/start.ts' || entryPoint === 'src/main.ts';
  const files = new Set(
    Object.entries(outputs)
      .filter(isStart)
      .map(([path]) => path),
  );
  // Grows while it is walked.
  for (const file of files)
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement') files.add(path);
  return [...files].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
}
