import type { Reach } from './deny-rules.ts';
import { folded, functionName } from './functions.ts';
import { literalText, type Token } from './tokens.ts';

/** Options by whose value a function reads a file. */
const FILE_OPTIONS: ReadonlySet<string> = new Set(['rowvalidationxsdpath', 'avroschemaurl']);

/** Whether a literal is an option that makes a function read a file. */
export function isFileOption(literal: string): boolean {
  return FILE_OPTIONS.has(folded(literalText(literal) ?? ''));
}

/** A function whose last arguments are options, as `map('mode', 'FAILFAST')`. */
export interface OptionReader {
  /** How many arguments stand before the options. */
  readonly before: number;
  /** The options that may be given; absent where every one may that names no file. */
  readonly allowed?: ReadonlySet<string>;
  /** What a query does that gives it options in another form, or others. */
  readonly reach: Reach;
}

const COMPUTED_OPTIONS: Reach = {
  name: 'read_files',
  label: 'files (by a computed option)',
  rule: 'function-option',
};

/**
 * The third argument of `from_avro` is a map of options, or the address of a schema registry.
 * @see https://docs.databricks.com/sql/language-manual/functions/from_avro.html
 */
const FROM_AVRO: OptionReader = {
  before: 2,
  allowed: new Set([
    'avroschema',
    'avroschemaevolutionmode',
    'compression',
    'datetimerebasemode',
    'mode',
    'recursivefieldmaxdepth',
  ]),
  reach: { name: 'from_avro', label: 'FROM_AVRO()', rule: 'function-option' },
};

const OPTION_READERS: ReadonlyMap<string, OptionReader> = new Map([
  ['from_avro', FROM_AVRO],
  ['from_xml', { before: 2, reach: COMPUTED_OPTIONS }],
  ['schema_of_avro', { before: 1, reach: COMPUTED_OPTIONS }],
  ['schema_of_xml', { before: 1, reach: COMPUTED_OPTIONS }],
]);

/** What is known of a function's options; undefined where it has none, or none that reach out. */
export function optionReader(parts: readonly string[]): OptionReader | undefined {
  return OPTION_READERS.get(functionName(parts));
}

/** `map('key', 'value', …)` of options that may be given: each is named by one literal that means what it says. */
export function arePlainOptions(tokens: readonly Token[], allowed?: ReadonlySet<string>): boolean {
  const [map, open, ...rest] = tokens;
  if (map?.key !== 'MAP' || open?.key !== '(' || rest.pop()?.key !== ')') return false;
  return rest.every(({ kind, key, text }, index) => {
    if (index % 2 === 1) return key === ',';
    const literal = kind === 'string' ? literalText(text) : undefined;
    // Keys and values take turns, with commas between.
    const isKey = index % 4 === 0;
    if (isKey && allowed !== undefined) return literal !== undefined && allowed.has(folded(literal));
    return kind === 'number' || literal !== undefined;
  });
}
