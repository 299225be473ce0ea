import { build, type Metafile, type Plugin } from 'esbuild';
import { commonChunk } from './common-chunk.ts';
import { leanLibraries } from './lean-libraries.ts';

// An ESM bundle of CommonJS packages needs `require`, `__filename` and `__dirname`, which ESM does not define. They are
// `var`s, because some packages declare them too.
const commonJsGlobals = [
  "import{createRequire as __createRequire}from'node:module';",
  "import{fileURLToPath as __fileURLToPath}from'node:url';",
  'var require=__createRequire(import.meta.url);',
  'var __filename=__fileURLToPath(import.meta.url);',
  "var __dirname=__fileURLToPath(new URL('.',import.meta.url));",
].join('');

/** What the app begins with, and the program of a thread. */
const ENTRY_POINTS = { main: 'src/start.ts', 'class-worker': 'src/shared/sql/guard/class-worker.ts' };

/** What is bundled in the place of the app; for measurements. */
export interface BundleOptions {
  /** Change the sources on their way. */
  plugins?: Plugin[];
  /** Whether libraries come with all that they load. @default false */
  isWhole?: boolean;
  /** Files by the name that they have as a bundle. @default the app's */
  entryPoints?: Record<string, string>;
}

/**
 * Bundles the app from the repository's sources into a directory: `main.js` with what every start needs, and a chunk for
 * each part that the sources import where they use it. Returns which source went into which file.
 */
export async function bundle(
  outdir: string,
  { plugins = [], entryPoints = ENTRY_POINTS, isWhole = false }: BundleOptions = {},
): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints,
    outdir,
    plugins: isWhole ? plugins : [leanLibraries, commonChunk, ...plugins],
    bundle: true,
    splitting: true,
    // Beside each other: what finds a file by its own address finds it from any chunk.
    chunkNames: '[name]-[hash]',
    platform: 'node',
    // What a plan of Azure starts by default; later ones run it too.
    target: 'node22',
    format: 'esm',
    minify: true,
    // Stacks in the log name functions, and `instanceof` is not all that looks at the name of an error.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    // The Functions host supplies `@azure/functions-core`; the other two are optional native parts of `@databricks/sql`.
    external: ['@azure/functions-core', 'lz4-napi', '@databricks/databricks-sql-kernel-*'],
    banner: { js: commonJsGlobals },
    logLevel: 'warning',
  });
  refuseNameless(metafile);
  return metafile;
}

/**
 * A package in CommonJS that is imported where it is used comes as a chunk without names, and what the sources take from
 * it would be undefined.
 */
function refuseNameless({ outputs }: Metafile): void {
  const found = Object.values(outputs).flatMap(({ entryPoint = '', exports }) =>
    entryPoint.includes('node_modules/') && exports.join() === 'default' ? [entryPoint] : [],
  );
  if (found.length > 0)
    throw new Error(`Import these by a module of the project that exports what is used of them: ${found.join(', ')}`);
}
