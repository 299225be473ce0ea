import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { ConfigError } from '../src/shared/config/config-error.ts';
import { createContext } from '../src/shared/create-context.ts';
import { parseJson } from '../src/shared/json.ts';
import { reportOf } from './rules/event-report.ts';

const HELP = `Says what the gateway makes of events, by its own code and without starting it.

  npm run rules -- test [EVENT]
      Prints what an event would submit, and by which rule. EVENT is a file with an event or a list of them, of
      CloudEvents 1.0 or the Event Grid schema; without it, standard input. Ends with 1 if the gateway would refuse one.
  npm run rules -- check
      Says whether the rules and the templates can be used, and where not.

  --rules FILE       the rules; by default EVENT_RULES_FILE, or settings/event-rules.json
  --templates FILE   the templates; by default TEMPLATES_FILE, or settings/templates.json

Other settings (WORKSPACES, CALLBACK_ALLOWED_HOSTS …) are taken from the environment.`;

/** Wrong use of the command, or a file that cannot be used. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args);
  const [command, file, ...more] = positionals;
  if (values.help === true || command === undefined) {
    console.log(HELP);
    return values.help === true ? 0 : 2;
  }
  if (command === 'check' && file === undefined) {
    await openRules(values);
    console.log('The rules can be used.');
    return 0;
  }
  if (command !== 'test' || more.length > 0) throw new UsageError(`This is no command: ${args.join(' ')}`);
  const opened = await openRules(values);
  const given = await readEvents(file);
  const reports = (Array.isArray(given) ? (given as unknown[]) : [given]).map((event) => reportOf(event, opened));
  for (const report of reports) console.log(report.text);
  return reports.some(({ isRefused }) => isRefused) ? 1 : 0;
}

function argumentsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean' }, rules: { type: 'string' }, templates: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The rules and templates as the app would read them, under settings that name them and, if no others, a workspace. */
async function openRules(files: { rules?: string | undefined; templates?: string | undefined }) {
  const context = createContext(
    {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      DATABRICKS_TOKEN: 'not-used',
      ...process.env,
      EVENT_RULES_FILE: files.rules ?? process.env['EVENT_RULES_FILE'] ?? 'settings/event-rules.json',
      TEMPLATES_FILE: files.templates ?? process.env['TEMPLATES_FILE'] ?? 'settings/templates.json',
    },
    { sink: () => undefined },
  );
  await context.documents.refresh();
  const { config } = context;
  return { config, rules: context.eventRules?.current() ?? [], templates: context.templates?.current() ?? new Map() };
}

async function readEvents(file: string | undefined): Promise<unknown> {
  try {
    return parseJson(file === undefined ? await text(process.stdin) : await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file ?? 'Standard input'}: ${(error as Error).message}`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  if (error instanceof UsageError) console.error(`\n${HELP}`);
  process.exitCode = 2;
}
