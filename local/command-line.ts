import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<Known extends Options> = ReturnType<
  typeof parseArgs<{ options: Known; strict: true; allowPositionals: boolean }>
>;

/**
 * The arguments of this program. Undefined where it has nothing to do: `--help` prints the usage, and what it does not
 * know is refused in a sentence, with the exit status of misuse.
 */
export function readCommandLine<const Known extends Options>({
  usage,
  options,
  allowPositionals = false,
  misuseStatus = 1,
  args = process.argv.slice(2),
}: {
  usage: string;
  options: Known;
  allowPositionals?: boolean;
  /** Where 1 says something else. @default 1 */
  misuseStatus?: number;
  args?: string[];
}): Parsed<Known> | undefined {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage);
    return undefined;
  }
  try {
    return parseArgs({ args, options, strict: true, allowPositionals });
  } catch (error) {
    // What follows the first sentence is about arguments that begin with a dash, which no program here has.
    console.error(`${firstSentence(error)}\n\n${usage}`);
    process.exitCode = misuseStatus;
    return undefined;
  }
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${message.split(/\.\s/)[0]?.replace(/\.$/, '') ?? message}.`;
}
