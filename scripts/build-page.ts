import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

/** Smaller files gain nothing by being compressed. */
const MIN_COMPRESSED_BYTES = 512;

/**
 * Builds the monitor page from `web/` into a folder that is emptied first: scripts, styles and icon under names that change
 * with what is in them, `index.html` that names them, and beside each what it is in Brotli and in gzip.
 */
export async function buildPage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: { app: 'web/main.tsx', styles: 'web/styles/styles.css' },
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    // What reads `Uint8Array.fromBase64` and nested CSS; older ones get the API.
    target: ['chrome125', 'firefox128', 'safari18'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    metafile: true,
    logLevel: 'warning',
  });
  const built = Object.keys(metafile.outputs).map((path) => basename(path));
  const icon = await readFile('web/icon.svg');
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8).toUpperCase()}.svg`;
  await writeFile(join(folder, iconName), icon);
  const named = (start: string, end: string): string =>
    built.find((name) => name.startsWith(start) && name.endsWith(end)) ?? '';
  const shell = (await readFile('web/index.html', 'utf8'))
    .replace('ICON', iconName)
    .replace('STYLES', named('styles-', '.css'))
    .replace('SCRIPT', named('app-', '.js'));
  await writeFile(join(folder, 'index.html'), shell);
  for (const name of [...built, iconName]) await compress(join(folder, name));
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < MIN_COMPRESSED_BYTES || extname(path) === '.html') return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }));
}
