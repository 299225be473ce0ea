/** What is not looked at for markers: comments, texts and quoted names. */
const QUOTED = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`/g;

/** What a parameter is given, as `POST /api/sql` takes it. */
export interface StatementParameter {
  name?: string;
  value: string | null;
  type?: string;
}

/** The markers of a statement, each once: names, or `1`, `2`, … for those without. */
export function markersOf(statement: string): string[] {
  const text = statement.replace(QUOTED, ' ');
  const names = [...text.matchAll(/(?<![:\w]):([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
  if (names.length > 0) return [...new Set(names)];
  return [...text.matchAll(/\?/g)].map((_, index) => String(index + 1));
}

/** The parameters of a statement, of what was typed for its markers. */
export function statementParameters(
  markers: readonly string[],
  typed: Readonly<Record<string, { value: string; type: string }>>,
): StatementParameter[] {
  return markers.map((marker) => {
    const { value, type } = typed[marker] ?? { value: '', type: '' };
    return {
      ...(/^\d/.test(marker) ? {} : { name: marker }),
      value,
      ...(type === '' ? {} : { type }),
    };
  });
}
