import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Command } from './command.ts';
import type { Options, Values } from './options.ts';
import { COMMON_OPTIONS } from './common-options.ts';
import { UsageError } from './failures.ts';

/** What a command line says to a command. */
export interface CommandLine {
  values: Values<typeof COMMON_OPTIONS>;
  operands: string[];
}

/** @throws {UsageError} an unknown option, a value that is missing, one that is given twice, too few or too many operands */
export function parseCommandLine(command: Command, args: readonly string[]): CommandLine {
  const options = { ...command.options, ...COMMON_OPTIONS };
  const { values, positionals, tokens } = parsed(args, options);
  const { min, max } = command.operands;
  if (values['help'] === true) return { values: { help: true }, operands: [] };
  for (const [name, option] of Object.entries<Options[string]>(options)) {
    const times = tokens.filter((token) => token.kind === 'option' && token.name === name).length;
    if (times > 1 && option.multiple === undefined) throw new UsageError(`--${name} is given more than once.`);
  }
  if (positionals.length < min) throw new UsageError('Something is missing.');
  if (positionals.length > max) throw new UsageError(`Too much: ${positionals.slice(max).join(' ')}`);
  return { values, operands: positionals };
}

function parsed(args: readonly string[], options: Options) {
  const known = Object.entries(options).map(([name, { type, multiple = false, short }]) => [
    name,
    { type, multiple, ...(short === undefined ? {} : { short }) },
  ]);
  try {
    return parseArgs({
      args: [...args],
      options: Object.fromEntries(known) as NonNullable<ParseArgsConfig['options']>,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
