import { chmod } from 'node:fs/promises';
import { readCommandLine } from '../local/command-line.ts';
import { bundleCli } from './bundle-cli.ts';
import { freshBundle } from './fresh-bundle.ts';

const CLI = 'dist/gateway.js';
const USAGE = `usage: npm run build

Bundles the app into dist, unless dist is made of these sources already, and the terminal client into ${CLI}.`;

if (readCommandLine({ usage: USAGE, options: {} }) !== undefined) {
  await freshBundle('dist');
  await bundleCli(CLI);
  await chmod(CLI, 0o755);
}
