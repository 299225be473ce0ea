import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** What the first request for a run needs, and what follows the run. */
const COMMON = [
  'src/shared/create-context.ts',
  'src/shared/http/handler.ts',
  'src/functions/create-run.http.ts',
  'src/functions/run-steps.ts',
];

const NAMESPACE = 'common-chunk';

/**
 * Makes one chunk of what runs need. The bundler makes a chunk for each set of parts that share something, which are a
 * hundred small files for a first request; here each part of the app that is imported where it is used begins with all
 * of that, which the app loads at its start anyway.
 */
export const commonChunk: Plugin = {
  name: NAMESPACE,
  setup(build) {
    const parts = new Set<string>();
    build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind === 'dynamic-import') parts.add(resolve(resolveDir, path));
      return undefined;
    });
    build.onResolve({ filter: /^common-chunk$/ }, () => ({ path: NAMESPACE, namespace: NAMESPACE }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, () => ({
      contents: COMMON.map((file) => `import ${JSON.stringify(resolve(file))};`).join(''),
      resolveDir: process.cwd(),
    }));
    build.onLoad({ filter: /\/src\/(shared|functions)\/.*\.ts$/ }, async ({ path }) => {
      if (!parts.has(path)) return undefined;
      return { contents: `import '${NAMESPACE}';${await readFile(path, 'utf8')}`, loader: 'ts' };
    });
  },
};
