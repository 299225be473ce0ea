import { build } from 'esbuild';

/** Bundles the terminal client into one file that any Node from 22 on runs. */
export async function bundleCli(outfile: string): Promise<void> {
  await build({
    entryPoints: ['cli/main.ts'],
    outfile,
    bundle: true,
    minifySyntax: true,
    treeShaking: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    logLevel: 'warning',
  });
}
