const header = '# Databricks notebook source';
const cellSeparator = /^# COMMAND -{10}\s*$/m;
const magicLine = /^# MAGIC ?/;

/** A magic command that the emulator cannot run, such as `%sql`. */
class UnsupportedMagicError extends Error {
  override name = 'UnsupportedMagicError' as const;

  constructor(magic: string) {
    super(`The emulator runs Python cells only: it has no %${magic}.`);
  }
}

/**
 * The Python cells of a notebook in Databricks' source format, Markdown left out. A file without the header is one cell.
 * @throws UnsupportedMagicError
 */
export function parseNotebookSource(text: string): string[] {
  const source = text.replaceAll('\r\n', '\n');
  if (!source.startsWith(header)) return [source];
  return source
    .slice(header.length)
    .split(cellSeparator)
    .map((cell) => pythonOf(cell.replaceAll(/^# DBTITLE .*$/gm, '').trim()))
    .filter((cell) => cell !== '');
}

function pythonOf(cell: string): string {
  const lines = cell.split('\n');
  if (!lines.some((line) => magicLine.test(line))) return cell;
  const plain = lines.map((line) => line.replace(magicLine, ''));
  const [, magic = '', rest = ''] = /^%(\w+)(.*)$/.exec(plain[0] ?? '') ?? [];
  if (magic === 'md') return '';
  if (magic === 'python') return [rest.trim(), ...plain.slice(1)].join('\n').trim();
  throw new UnsupportedMagicError(magic);
}
