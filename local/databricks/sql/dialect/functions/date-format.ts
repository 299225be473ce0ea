import { quoteString } from '../../quoting.ts';
import { notInWarehouse } from './failures.ts';
import { verbatim } from './render.ts';

/** A run of one pattern letter, or text between. */
export interface PatternPart {
  letter?: string;
  count: number;
  text: string;
}

const PART = /([a-zA-Z])\1*|'((?:[^']|'')*)'|[^a-zA-Z'[\]{}#]/g;

/**
 * The parts of a pattern for dates and times (Databricks' reference, "Datetime patterns").
 * @throws {@link SqlError} 0A000 for optional sections and what is reserved
 */
export function patternParts(pattern: string): PatternPart[] {
  const parts: PatternPart[] = [];
  let end = 0;
  for (const match of pattern.matchAll(PART)) {
    if (match.index !== end) throw refused(pattern, pattern[end] ?? '');
    end = match.index + match[0].length;
    const [text, letter, quoted] = match;
    if (letter !== undefined) parts.push({ letter, count: text.length, text });
    else parts.push({ count: 0, text: quoted === undefined ? text : quoted.replaceAll("''", "'") || "'" });
  }
  if (end < pattern.length) throw refused(pattern, pattern[end] ?? '');
  return parts;
}

function refused(pattern: string, part: string): Error {
  return notInWarehouse(`'${part}' in the date pattern '${pattern}'`);
}

const padded = (value: string, width: number): string =>
  width === 1
    ? `CAST(${value} AS VARCHAR)`
    : `lpad(CAST(${value} AS VARCHAR), greatest(${width}, strlen(CAST(${value} AS VARCHAR))::INTEGER), '0')`;
const hourOfHalfDay = (t: string): string => `((hour(${t}) + 11) % 12 + 1)`;

/** DuckDB's SQL for the parts that it is asked for by letter; undefined for a count that means something else. */
const LETTERS: Readonly<Record<string, (count: number, t: string) => string | undefined>> = {
  y: (count, t) =>
    count === 2 ? padded(`(year(${t}) % 100)`, 2) : count <= 4 ? padded(`year(${t})`, count) : undefined,
  M: (count, t) => (count <= 2 ? padded(`month(${t})`, count) : named(count, t, '%b', '%B')),
  L: (count, t) => (count <= 2 ? padded(`month(${t})`, count) : named(count, t, '%b', '%B')),
  d: (count, t) => (count <= 2 ? padded(`day(${t})`, count) : undefined),
  D: (count, t) => (count <= 3 ? padded(`dayofyear(${t})`, count) : undefined),
  E: (count, t) => (count <= 4 ? strftime(t, count === 4 ? '%A' : '%a') : undefined),
  Q: (count, t) => (count <= 2 ? padded(`quarter(${t})`, count) : undefined),
  a: (count, t) => (count === 1 ? strftime(t, '%p') : undefined),
  H: (count, t) => (count <= 2 ? padded(`hour(${t})`, count) : undefined),
  h: (count, t) => (count <= 2 ? padded(hourOfHalfDay(t), count) : undefined),
  m: (count, t) => (count <= 2 ? padded(`minute(${t})`, count) : undefined),
  s: (count, t) => (count <= 2 ? padded(`second(${t})`, count) : undefined),
  S: (count, t) =>
    count <= 9 ? `left(lpad(CAST(microsecond(${t}) % 1000000 AS VARCHAR), 6, '0') || '000', ${count})` : undefined,
};
const strftime = (t: string, format: string): string => `strftime(${t}, '${format}')`;
const named = (count: number, t: string, short: string, full: string): string | undefined =>
  count <= 4 ? strftime(t, count === 3 ? short : full) : undefined;

/** A TIMESTAMP without a zone, as text of a pattern. @throws {@link SqlError} 0A000 for letters that are not in the local warehouse */
export function formatted(timestamp: string, pattern: string): string {
  const texts = patternParts(pattern).map(({ letter, count, text }) => {
    if (letter === undefined) return verbatim(quoteString(text));
    const sql = LETTERS[letter]?.(count, timestamp);
    if (sql === undefined) throw refused(pattern, text);
    return sql;
  });
  return texts.length === 0 ? "''" : `(${texts.join(' || ')})`;
}

/** What a letter reads: digits, of a fixed number unless there is one letter. */
const READ: Readonly<Record<string, (count: number) => string | undefined>> = {
  y: (count) => ({ 1: '[0-9]{4}', 2: '[0-9]{2}', 4: '[0-9]{4}' })[count],
  M: (count) => ({ 1: '[0-9]{1,2}', 2: '[0-9]{2}', 3: '(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)' })[count],
  d: (count) => ({ 1: '[0-9]{1,2}', 2: '[0-9]{2}' })[count],
  H: (count) => ({ 1: '[0-9]{1,2}', 2: '[0-9]{2}' })[count],
  h: (count) => ({ 1: '[0-9]{1,2}', 2: '[0-9]{2}' })[count],
  m: (count) => ({ 1: '[0-9]{1,2}', 2: '[0-9]{2}' })[count],
  s: (count) => ({ 1: '[0-9]{1,2}', 2: '[0-9]{2}' })[count],
  S: (count) => (count <= 6 ? `[0-9]{${count}}` : undefined),
  a: (count) => (count === 1 ? '(?i:AM|PM)' : undefined),
};

const MONTHS = "'jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec'";

/**
 * Text of a pattern as a TIMESTAMP without a zone; NULL where it does not fit. What the pattern leaves out is that of 1970-01-01.
 * @throws {@link SqlError} 0A000 for letters that are not in the local warehouse
 */
export function parsed(text: string, pattern: string): string {
  const parts = patternParts(pattern);
  const groups = new Map<string, { place: number; count: number }>();
  const expression = parts
    .map(({ letter, count, text: part }) => {
      if (letter === undefined) return part.replaceAll(/[^\w\s]/g, (character) => `\\${character}`);
      const reads = READ[letter]?.(count);
      if (reads === undefined || groups.has(letter)) throw refused(pattern, part);
      groups.set(letter, { place: groups.size + 1, count });
      return `(${reads})`;
    })
    .join('');
  if (groups.has('h') !== groups.has('a')) throw refused(pattern, groups.has('h') ? 'h' : 'a');
  const whole = verbatim(quoteString(`^${expression}$`));
  const at = (letter: string, otherwise: string): string => {
    const group = groups.get(letter);
    return group !== undefined ? `regexp_extract(${text}, ${whole}, ${group.place})` : `'${otherwise}'`;
  };
  const year = groups.get('y')?.count === 2 ? `'20' || ${at('y', '70')}` : at('y', '1970');
  const month =
    groups.get('M')?.count === 3
      ? `CAST((strpos(${MONTHS}, lower(${at('M', '')})) + 3) // 4 AS VARCHAR)`
      : at('M', '1');
  const hour = groups.has('h')
    ? `CAST(CASE WHEN CAST(${at('h', '')} AS INTEGER) BETWEEN 1 AND 12 THEN CAST(${at('h', '')} AS INTEGER) % 12 + CASE upper(${at('a', '')}) WHEN 'PM' THEN 12 ELSE 0 END ELSE 99 END AS VARCHAR)`
    : at('H', '0');
  const date = `${year} || '-' || ${month} || '-' || ${at('d', '1')}`;
  const time = `${hour} || ':' || ${at('m', '0')} || ':' || ${at('s', '0')} || '.' || ${at('S', '0')}`;
  return `CASE WHEN regexp_matches(${text}, ${whole}) THEN TRY_CAST(${date} || ' ' || ${time} AS TIMESTAMP) END`;
}
