import { pipeline } from 'node:stream/promises';
import { runSchema, type Run } from './documents.ts';
import { exitCodeOfRun, EXIT } from './exit-codes.ts';
import { runPath } from './follow-run.ts';
import { parseDocument, type GatewayClient } from './gateway-client.ts';
import { manyLines, oneLine } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

const NEWLINE = 0x0a;

/**
 * Prints how a run ended: the result of its notebook to standard output, everything else to standard error; or, as JSON,
 * the whole result document. Returns what the program ends with.
 * @throws what the client throws
 */
export async function reportResult(
  id: string,
  { client, terminal, asJson }: { client: GatewayClient; terminal: Terminal; asJson: boolean },
): Promise<number> {
  const request = { method: 'GET', path: runPath(id, 'result'), isRepeatable: true } as const;
  if (asJson) {
    // The document may be larger than what fits into memory, and holds digits that no parsing keeps.
    await pipeline(await client.send(request), endingInNewline, terminal.stdout, { end: false });
    const { text } = await client.read({ ...request, path: runPath(id) });
    return exitCodeOf(parseDocument(runSchema, text));
  }
  const run = parseDocument(runSchema, (await client.read(request)).text);
  terminal.stderr.write(`${outcomeOf(run)}\n`);
  const [task, ...others] = run.tasks;
  if (others.length > 0)
    terminal.stderr.write(
      textTable(
        ['task', 'outcome'],
        run.tasks.map(({ task_key: key, outcome }) => [key, outcome]),
      ),
    );
  for (const failed of run.tasks) {
    const said = failed.error_trace ?? failed.error;
    if (said) terminal.stderr.write(`${manyLines(said).trimEnd()}\n`);
  }
  const result = others.length === 0 ? task?.notebook_output?.result : undefined;
  if (result !== undefined && result !== null) terminal.stdout.write(`${shown(result, terminal)}\n`);
  return exitCodeOf(run);
}

async function* endingInNewline(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let last: Buffer | undefined;
  for await (const chunk of chunks) {
    last = chunk;
    yield chunk;
  }
  if (last?.at(-1) !== NEWLINE) yield Buffer.of(NEWLINE);
}

/** As it is where a program reads it, and without what commands a terminal where people do. */
export function shown(text: string, { stdout }: Pick<Terminal, 'stdout'>): string {
  return stdout.isTTY === true ? manyLines(text) : text;
}

function exitCodeOf({ outcome, failure }: Run): number {
  return outcome === null ? EXIT.unexpected : exitCodeOfRun(outcome, failure?.class);
}

function outcomeOf({ id, run_name: name, outcome, failure, run_page_url: page }: Run): string {
  const named = name ? `${id} (${oneLine(name)})` : id;
  const why = failure === undefined ? '' : ` (${oneLine(failure.class)}): ${oneLine(failure.message)}`;
  return `Run ${named}: ${oneLine(outcome ?? 'unknown')}${why}${page ? `\n${oneLine(page)}` : ''}`;
}
