const SINGLE: Readonly<Record<string, string>> = { 0: '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\u001A' };

/** A string literal's content, its escapes resolved as Spark resolves them; `\%` and `\_` keep their backslash for LIKE. */
export function unescapeString(literal: string): string {
  const quote = literal[0] ?? "'";
  return literal
    .slice(1, -1)
    .replaceAll(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([^]))|(['"])\5/g,
      (
        all: string,
        unicode: string | undefined,
        long: string | undefined,
        octal: string | undefined,
        escaped: string | undefined,
        doubled: string | undefined,
      ) => {
        const code = unicode ?? long;
        if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
        if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
        if (escaped === '%' || escaped === '_') return all;
        if (escaped !== undefined) return SINGLE[escaped] ?? escaped;
        return doubled === quote ? quote : all;
      },
    );
}
