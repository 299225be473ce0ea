const HEADER = '# Databricks notebook source';
const CELL_SEPARATOR = /^# COMMAND -{10}\s*$/m;
const MAGIC_LINE = /^# MAGIC ?/;
const TITLE_LINE = /^# DBTITLE /;

/**
 * The cells of a notebook in Databricks' source format: Python as it stands, and cells of magic commands (`%sql`, `%run`, …)
 * without their `# MAGIC` marks. A file without the header is one cell.
 */
export function parseNotebookSource(text: string): string[] {
  const source = text.replaceAll('\r\n', '\n');
  if (!source.startsWith(HEADER)) return [source];
  return source
    .slice(HEADER.length)
    .split(CELL_SEPARATOR)
    .map(cellOf)
    .filter((cell) => cell !== '');
}

function cellOf(cell: string): string {
  const lines = cell.trim().split('\n');
  // A title stands above its cell; the same words further down are the cell's own.
  while (TITLE_LINE.test(lines[0] ?? '') || (lines.length > 1 && lines[0] === '')) lines.shift();
  const isMagic = MAGIC_LINE.test(lines[0] ?? '');
  return lines.map((line) => (isMagic ? line.replace(MAGIC_LINE, '') : line)).join('\n');
}
