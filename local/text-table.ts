const GAP = 2;
/** Stands for the columns that have no room. */
const MORE = '…';

/**
 * Rows under a header, in columns as wide as their widest cell; numbers keep to the right. Columns that would make lines
 * longer than `maxWidth` characters are left out.
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly unknown[])[],
  maxWidth = Infinity,
): string {
  const cells = rows.map((row) => row.map((value) => (value === null ? 'NULL' : cellText(value))));
  const widths = header.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = header.map((_name, column) => rows.every((row) => typeof row[column] === 'number'));
  const count = fitting(widths, maxWidth);
  const line = (row: readonly string[]): string =>
    row
      .slice(0, count)
      .map((text, column) =>
        isNumeric[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .concat(count < row.length ? [MORE] : [])
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

/** How many columns fit, one at least. */
function fitting(widths: readonly number[], maxWidth: number): number {
  let used = 0;
  for (const [column, width] of widths.entries()) {
    used += width + (column === 0 ? 0 : GAP);
    const rest = column === widths.length - 1 ? 0 : GAP + MORE.length;
    if (used + rest > maxWidth) return Math.max(1, column);
  }
  return widths.length;
}

function cellText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
