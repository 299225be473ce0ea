import { stripVTControlCharacters } from 'node:util';
import { readLogLine } from './log-line.ts';
import { readableLine } from './readable-line.ts';

/** Where lines go: a terminal, a file or a pipe. */
interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Takes the functions host's output as it comes and writes whole lines: readable ones to a terminal, elsewhere one JSON
 * object a line, in one dialect whoever wrote them.
 */
export function logWriter(output: Output, { isVerbose }: { isVerbose: boolean }): (text: string) => void {
  let rest = '';
  const write = (text: string): void => {
    if (text.trim() === '') return;
    const line = readLogLine(text);
    const written =
      output.isTTY === true
        ? readableLine(line, { isVerbose })
        : JSON.stringify({ ...line, time: line.time ?? new Date().toISOString() });
    if (written !== undefined) output.write(`${shownOn(output, written)}\n`);
  };
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(line);
  };
}

function shownOn({ isTTY }: Output, text: string): string {
  return isTTY === true && process.env['NO_COLOR'] === undefined ? text : stripVTControlCharacters(text);
}
