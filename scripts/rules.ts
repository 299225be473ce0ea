import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { readCommandLine } from '../local/command-line.ts';
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

/** The exit status of wrong use; 1 is that of an event which is refused. */
const MISUSE = 2;

/** Wrong use of the command, or a file that cannot be used. */
class UsageError extends Error {}

const OPTIONS = { rules: { type: 'string' }, templates: { type: 'string' } } as const;

interface Files {
  rules?: string | undefined;
  templates?: string | undefined;
}

async function main([command, file, ...more]: readonly string[], files: Files): Promise<number> {
  if (command === undefined) {
    console.log(HELP);
    return MISUSE;
  }
  if (command === 'check' && file === undefined) {
    await openRules(files);
    console.log('The rules can be used.');
    return 0;
  }
  if (command !== 'test' || more.length > 0)
    throw new UsageError(`This is no command: ${process.argv.slice(2).join(' ')}`);
  const opened = await openRules(files);
  const given = await readEvents(file);
  const reports = (Array.isArray(given) ? (given as unknown[]) : [given]).map((event) => reportOf(event, opened));
  for (const report of reports) console.log(report.text);
  return reports.some(({ isRefused }) => isRefused) ? 1 : 0;
}

/** The rules and templates as the app would read them, under settings that name them and, if no others, a workspace. */
async function openRules(files: Files) {
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
  const given = readCommandLine({ usage: HELP, options: OPTIONS, allowPositionals: true, misuseStatus: MISUSE });
  if (given !== undefined) process.exitCode = await main(given.positionals, given.values);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  if (error instanceof UsageError) console.error(`\n${HELP}`);
  process.exitCode = MISUSE;
}
