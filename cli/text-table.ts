import { oneLine } from './printable.ts';

const MAX_CELL_CHARS = 60;
const SEGMENTER = new Intl.Segmenter();

/** Rows below a header, in columns as wide as their longest cell; numbers stand to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((value) => cellOf(value)));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => charactersOf(row[column] ?? '').length)));
  const isNumeric = header.map((_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column])));
  const lines = cells.map((row) =>
    row.map((cell, column) => padded(cell, widths[column] ?? 0, isNumeric[column] === true)).join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)].map((line) => `${line.trimEnd()}\n`).join('');
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value));
  const characters = charactersOf(text);
  return characters.length <= MAX_CELL_CHARS ? text : `${characters.slice(0, MAX_CELL_CHARS - 1).join('')}…`;
}

/** What a terminal shows as one, whatever it is made of. */
function charactersOf(text: string): string[] {
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

function isNumber(value: unknown): boolean {
  return value === null || typeof value === 'number' || (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value));
}

function padded(cell: string, width: number, toTheRight: boolean): string {
  const room = ' '.repeat(Math.max(0, width - charactersOf(cell).length));
  return toTheRight ? `${room}${cell}` : `${cell}${room}`;
}
