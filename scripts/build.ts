import { readCommandLine } from '../local/command-line.ts';
import { freshBundle } from './fresh-bundle.ts';

const USAGE = 'usage: npm run build\n\nBundles the app into dist, unless dist is made of these sources already.';

if (readCommandLine({ usage: USAGE, options: {} }) !== undefined) await freshBundle('dist');
