import type { Command } from './command.ts';
import type { Options } from './options.ts';
import { COMMON_OPTIONS } from './common-options.ts';

/** How the program is called, and what its commands are for. */
export function programHelp(commands: Readonly<Record<string, Command>>): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`);
  return `Runs Databricks jobs and SQL through a gateway, from a terminal.

  gateway COMMAND [OPTIONS]

${lines.join('\n')}

gateway COMMAND --help says more. GATEWAY_URL is the address of the gateway; GATEWAY_KEY or GATEWAY_TOKEN says who you are.
Progress goes to standard error, data to standard output. Exit codes: 0 done, 2 wrong use, 3 refused, 4 not allowed, 5 try
later, 10 to 17 how a run failed, 130 Ctrl-C.
`;
}

/** How a command is called. */
export function commandHelp({ summary, usage, options, notes }: Command): string {
  const own = optionLines(options);
  return [
    `${summary}\n\n${usage.map((line) => `  gateway ${line}`).join('\n')}\n`,
    ...(own === '' ? [] : [`\nOptions:\n${own}`]),
    `\nOf every command:\n${optionLines(COMMON_OPTIONS)}`,
    ...(notes === undefined ? [] : [`\n${notes}\n`]),
  ].join('');
}

const COLUMN = 30;

function optionLines(options: Options): string {
  return Object.entries(options)
    .map(([name, { short, value, help }]) => {
      const names = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
      return `  ${names.padEnd(COLUMN)}${names.length < COLUMN ? '' : ' '}${help}\n`;
    })
    .join('');
}
