import { readCommandLine } from '../local/command-line.ts';
import { packageApp } from './package-app.ts';

const USAGE = 'usage: npm run package\n\nPuts what is deployed into .package, which is emptied first.';

if (readCommandLine({ usage: USAGE, options: {} }) !== undefined) {
  await packageApp('.package');
  console.log('.package holds what is deployed');
}
