import packageJson from '../package.json' with { type: 'json' };
import { COMMANDS } from './commands.ts';
import type { Command } from './command.ts';
import { EXIT, exitCodeOfStatus } from './exit-codes.ts';
import { InterruptedError, ProblemResponse, TooLongError, UnreachableError, UsageError } from './failures.ts';
import { gatewayAddress } from './gateway-address.ts';
import { GatewayClient } from './gateway-client.ts';
import { commandHelp, programHelp } from './help.ts';
import { parseCommandLine } from './parse-command-line.ts';
import { manyLines } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Runs the program with its arguments; returns what it ends with. Never throws. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version') return print(packageJson.version, terminal);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal[name === undefined ? 'stderr' : 'stdout'].write(programHelp(COMMANDS));
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const commands: Readonly<Record<string, Command>> = COMMANDS;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (command === undefined) throw new UsageError(`There is no command ${JSON.stringify(name)}.`);
    const { values, operands } = parseCommandLine(command, rest);
    if (values.help === true) return print(commandHelp(command).trimEnd(), terminal);
    const client = new GatewayClient(gatewayAddress(values, terminal.env));
    return await command.run({ values, operands, client, terminal });
  } catch (error) {
    return failed(error, command === undefined ? 'gateway --help' : `gateway ${name} --help`, {
      terminal,
      asJson: rest.includes('--json'),
    });
  }
}

function print(text: string, { stdout }: Terminal): number {
  stdout.write(`${text}\n`);
  return EXIT.done;
}

function failed(error: unknown, help: string, { terminal, asJson }: { terminal: Terminal; asJson: boolean }): number {
  const say = (text: string) => terminal.stderr.write(`${manyLines(text)}\n`);
  if (error instanceof UsageError) {
    say(`${error.message}\n${help} says how it is used.`);
    return EXIT.usage;
  }
  if (error instanceof ProblemResponse) {
    if (asJson) terminal.stdout.write(`${error.text}\n`);
    say(error.message);
    return exitCodeOfStatus(error.status);
  }
  if (error instanceof InterruptedError) {
    say(error.message);
    return EXIT.interrupted;
  }
  if (error instanceof UnreachableError || error instanceof TooLongError) {
    say(error.message);
    return EXIT.unavailable;
  }
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return EXIT.done;
  say(`Unexpected: ${error instanceof Error ? error.message : 'unknown'}`);
  return EXIT.unexpected;
}
