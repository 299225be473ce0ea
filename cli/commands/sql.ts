import { pipeline } from 'node:stream/promises';
import { defineCommand } from '../command.ts';
import type { Options, Values } from '../options.ts';
import { rowsSchema } from '../documents.ts';
import { EXIT } from '../exit-codes.ts';
import { InterruptedError, UnreachableError, UsageError } from '../failures.ts';
import { parseDocument } from '../gateway-client.ts';
import { countOf, secondsOf } from '../numbers.ts';
import { readInput } from '../read-input.ts';
import { textTable } from '../text-table.ts';
import type { Terminal } from '../terminal.ts';

/** Of each form that rows can be printed in, what the gateway is asked for. */
const FORMATS = {
  table: 'application/json',
  json: 'application/json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  arrow: 'application/vnd.apache.arrow.stream',
} as const;

const OPTIONS = {
  param: {
    type: 'string',
    multiple: true,
    short: 'p',
    value: 'NAME[:TYPE]=TEXT',
    help: 'The value of :NAME, a STRING without TYPE. May be repeated.',
  },
  format: { type: 'string', short: 'f', value: 'FORM', help: 'table, json, csv, ndjson or arrow.' },
  catalog: { type: 'string', value: 'NAME', help: 'Where names without a catalog are looked up.' },
  schema: { type: 'string', value: 'NAME', help: 'Where names without a schema are looked up.' },
  workspace: { type: 'string', value: 'NAME', help: 'The workspace, where there are several.' },
  'row-limit': { type: 'string', value: 'N', help: 'At most so many rows.' },
  timeout: { type: 'string', value: 'SECONDS', help: 'How long the statement may take.' },
  file: { type: 'string', value: 'FILE', help: 'Read the statement from a file; - is standard input.' },
} as const satisfies Options;

/** Runs a statement. */
export const sql = defineCommand({
  summary: 'Runs a SQL statement, and prints its rows as they come.',
  usage: ['sql STATEMENT [-p NAME=TEXT]... [OPTIONS]', 'sql --file FILE [-p NAME=TEXT]... [OPTIONS]'],
  options: OPTIONS,
  operands: { min: 0, max: 1 },
  notes:
    'A table holds up to 10,000 rows, and is what a terminal gets where --format is not given; a pipe gets CSV.\n' +
    'A statement is never sent twice: it might write.',
  run: async ({ values, operands, client, terminal }) => {
    const format = formatOf(values, terminal);
    const body = bodyOf(values, await statementOf(values, operands[0], terminal));
    const leaving = new AbortController();
    using _listening = terminal.onInterrupt(() => leaving.abort(new InterruptedError('The statement is canceled.')));
    const { signal } = leaving;
    const request = {
      method: 'POST',
      path: 'sql',
      headers: { accept: FORMATS[format] },
      body,
      isRepeatable: false,
    } as const;
    if (format === 'table') {
      const { text } = await client.read({ ...request, signal });
      printTable(text, terminal);
      return EXIT.done;
    }
    const response = await client.send({ ...request, signal });
    try {
      await pipeline(response, terminal.stdout, { end: false, signal });
    } catch (error) {
      throw brokenOff(error, signal);
    }
    return EXIT.done;
  },
});

type SqlValues = Values<typeof OPTIONS>;

function formatOf(
  { format, ...values }: SqlValues & { json?: boolean | undefined },
  { stdout }: Terminal,
): keyof typeof FORMATS {
  if (values.json === true && format !== undefined) throw new UsageError('--json is --format json: give one of them.');
  const chosen = format ?? (values.json === true ? 'json' : stdout.isTTY === true ? 'table' : 'csv');
  if (!Object.hasOwn(FORMATS, chosen)) throw new UsageError(`--format is one of ${Object.keys(FORMATS).join(', ')}.`);
  if (chosen === 'arrow' && stdout.isTTY === true)
    throw new UsageError('Arrow is nothing for a terminal: redirect it.');
  return chosen as keyof typeof FORMATS;
}

async function statementOf({ file }: SqlValues, operand: string | undefined, terminal: Terminal): Promise<string> {
  if ((file === undefined) === (operand === undefined)) throw new UsageError('Give a statement, or --file.');
  return file === undefined ? (operand ?? '') : readInput(file, terminal);
}

function bodyOf(values: SqlValues, statement: string): string {
  const { param = [], catalog, schema, workspace, 'row-limit': rows, timeout } = values;
  return JSON.stringify({
    statement,
    parameters: param.map((one) => parameterOf(one)),
    catalog,
    schema,
    workspace,
    row_limit: rows === undefined ? undefined : countOf('--row-limit', rows),
    timeout_seconds: timeout === undefined ? undefined : secondsOf('--timeout', timeout),
  });
}

function parameterOf(given: string): { name: string; type?: string; value: string } {
  const [, name, type, value = ''] = /^([^:=]+)(?::([^=]+))?=(.*)$/s.exec(given) ?? [];
  if (name === undefined)
    throw new UsageError(`A parameter is NAME=TEXT or NAME:TYPE=TEXT, and not ${JSON.stringify(given)}.`);
  return { name, ...(type === undefined ? {} : { type }), value };
}

function printTable(text: string, terminal: Terminal): void {
  const { columns, rows, truncated } = parseDocument(rowsSchema, text);
  terminal.stdout.write(
    textTable(
      columns.map(({ name }) => name),
      rows,
    ),
  );
  terminal.stderr.write(`${rows.length} rows${truncated ? ', and there are more' : ''}\n`);
}

/** Who no longer reads standard output wants no more: that is no failure. */
function brokenOff(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return error;
  return new UnreachableError('The rows broke off before their end.');
}
