import type { COMMON_OPTIONS } from './common-options.ts';
import type { GatewayClient } from './gateway-client.ts';
import type { Options, Values } from './options.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. */
export interface Invocation<Of extends Options> {
  values: Values<Of> & Values<typeof COMMON_OPTIONS>;
  operands: readonly string[];
  client: GatewayClient;
  terminal: Terminal;
}

/** A command of the program. */
export interface Command {
  readonly summary: string;
  /** How it is called, one line each. */
  readonly usage: readonly string[];
  readonly options: Options;
  /** More of the help, below the options. */
  readonly notes?: string;
  /** How many operands it takes. */
  readonly operands: { min: number; max: number };
  /** Returns what the program ends with. @throws {UsageError} and what the client throws */
  run(invocation: {
    values: object;
    operands: readonly string[];
    client: GatewayClient;
    terminal: Terminal;
  }): Promise<number>;
}

/** Makes a command whose values have the types of its options. */
export function defineCommand<Of extends Options>(
  definition: Omit<Command, 'options' | 'run'> & {
    options: Of;
    run: (invocation: Invocation<Of>) => Promise<number>;
  },
): Command {
  const { run, ...rest } = definition;
  // The values were parsed by these options.
  return {
    ...rest,
    run: ({ values, ...invocation }) => run({ ...invocation, values }),
  };
}
