import { build, type Plugin } from 'esbuild';

// An ESM bundle of CommonJS packages needs `require`, `__filename` and `__dirname`, which ESM does not define. They are
// `var`s, because some packages declare them too.
const commonJsGlobals = [
  "import{createRequire as __createRequire}from'node:module';",
  "import{fileURLToPath as __fileURLToPath}from'node:url';",
  'var require=__createRequire(import.meta.url);',
  'var __filename=__fileURLToPath(import.meta.url);',
  "var __dirname=__fileURLToPath(new URL('.',import.meta.url));",
].join('');

/** Bundles the app from the repository's sources, as `plugins` change them, into a directory. */
export async function bundle(outdir: string, plugins: Plugin[] = []): Promise<void> {
  await build({
    // The second is the program of a thread.
    entryPoints: { main: 'src/main.ts', 'class-worker': 'src/shared/sql/guard/class-worker.ts' },
    outdir,
    plugins,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: true,
    // The Functions host supplies `@azure/functions-core`; the other two are optional native parts of `@databricks/sql`.
    external: ['@azure/functions-core', 'lz4-napi', '@databricks/databricks-sql-kernel-*'],
    banner: { js: commonJsGlobals },
    logLevel: 'warning',
  });
}
