import { checkInfrastructure, compile } from './infra/check.ts';
import { NOT_IN_SNAPSHOT } from './infra/check-types.ts';
import { readCommandLine } from '../local/command-line.ts';

const USAGE = `usage: npm run infra:check

Checks the templates under infra/, with Bicep's compiler besides where there is one.`;

/** Checks the templates under `infra/`, with Bicep's compiler besides where there is one; ends with 1 if one is wrong. */
async function main(): Promise<void> {
  const problems = await checkInfrastructure('infra');
  for (const { path, line, message } of problems) console.error(`${path}:${line}: ${message}`);
  if (problems.length > 0) {
    console.error(`${problems.length} problems`);
    process.exitCode = 1;
  } else {
    console.log(`The templates are right. Parsed only, as their types are not at hand: ${NOT_IN_SNAPSHOT.join(', ')}.`);
    console.log((await compile('infra')) === 'compiled' ? 'Bicep compiles them.' : 'Bicep is not installed here.');
  }
}

if (readCommandLine({ usage: USAGE, options: {} }) !== undefined) await main();
