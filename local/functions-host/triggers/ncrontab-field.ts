interface FieldKind {
  least: number;
  most: number;
  /** Names of the values, the least first. */
  names?: readonly string[];
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Second, minute, hour, day of month, month, day of week. */
const KINDS: readonly FieldKind[] = [
  { least: 0, most: 59 },
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: DAYS },
];

/**
 * The values of a field of an NCRONTAB expression, in order; `index` counts fields from the seconds. The grammar is that of the NCrontab library, which
 * Azure's timers use: a value with a step goes on to the end (`5/15`), a range may be given backwards, a name may be cut short, and Sunday is 0 only.
 * @throws `Error`.
 */
export function parseField(text: string, index: number): number[] {
  const kind = KINDS[index];
  if (kind === undefined) throw new Error(`there is no field ${index + 1}`);
  const values = new Set(text.split(',').flatMap((item) => parseItem(item, kind)));
  return [...values].sort((a, b) => a - b);
}

function parseItem(item: string, kind: FieldKind): number[] {
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
  if (range === '') throw new Error(`"${item}" is no value`);
  // A step of 0 counts as 1.
  const every = Math.max(1, Number(step ?? 1));
  if (range === '*') return steps(kind.least, kind.most, every);
  const [, first = '', last] = /^([^-]+)(?:-([^-]+))?$/.exec(range) ?? [];
  const from = parseValue(first, kind);
  if (last !== undefined) {
    const to = parseValue(last, kind);
    return steps(Math.min(from, to), Math.max(from, to), every);
  }
  return steps(from, step === undefined ? from : kind.most, every);
}

function parseValue(text: string, { least, most, names }: FieldKind): number {
  const value = /^\d+$/.test(text) ? Number(text) : named(text, names, least);
  if (value === undefined || value < least || value > most)
    throw new Error(`"${text}" is not within ${least} to ${most}`);
  return value;
}

function named(text: string, names: readonly string[] | undefined, least: number): number | undefined {
  const at = text === '' ? -1 : (names ?? []).findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  return at < 0 ? undefined : at + least;
}

function steps(from: number, to: number, every: number): number[] {
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, count) => from + count * every);
}
