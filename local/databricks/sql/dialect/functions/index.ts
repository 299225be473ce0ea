import { SqlError } from '../../sql-error.ts';
import type { Expression } from '../analysis/expression.ts';
import { AGGREGATE_FUNCTIONS } from './aggregates.ts';
import { apply, type Applied } from './apply.ts';
import { BUILTIN_NAMES } from './builtin-names.ts';
import { ARRAY_ELEMENT_FUNCTIONS } from './array-elements.ts';
import { ARRAY_FUNCTIONS } from './arrays.ts';
import { CONDITION_FUNCTIONS } from './conditions.ts';
import { CONVERSION_FUNCTIONS } from './conversions.ts';
import { DATE_PART_FUNCTIONS } from './date-parts.ts';
import { DATE_TEXT_FUNCTIONS } from './date-texts.ts';
import { EXTRACTED_PART_FUNCTIONS } from './extracted-parts.ts';
import { DATE_FUNCTIONS } from './dates.ts';
import { ENCODING_FUNCTIONS } from './encodings.ts';
import { notInWarehouse } from './failures.ts';
import { FORMAT_FUNCTIONS } from './formats.ts';
import type { Modifiers, SqlFunction } from './function.ts';
import { JSON_FUNCTIONS } from './json.ts';
import { JSON_TEXT_FUNCTIONS } from './json-texts.ts';
import { MAP_FUNCTIONS } from './maps.ts';
import { MATH_FUNCTIONS } from './mathematics.ts';
import { NUMBER_FUNCTIONS } from './numbers.ts';
import { PATTERN_FUNCTIONS } from './patterns.ts';
import { ROUNDING_FUNCTIONS } from './rounding.ts';
import { STATISTICS_FUNCTIONS } from './statistics.ts';
import { TEXT_SEARCH_FUNCTIONS } from './text-search.ts';
import { TEXT_FUNCTIONS } from './texts.ts';
import { TIMESTAMP_FUNCTIONS } from './timestamps.ts';
import { WINDOW_FUNCTIONS } from './windows.ts';

/** The functions of the local warehouse, family by family: a new function is an entry of its family's file. */
export const FUNCTION_FAMILIES: readonly (readonly [title: string, functions: readonly SqlFunction[]])[] = [
  ['Strings', [...TEXT_FUNCTIONS, ...TEXT_SEARCH_FUNCTIONS, ...FORMAT_FUNCTIONS]],
  ['Regular expressions', PATTERN_FUNCTIONS],
  ['Numbers', [...NUMBER_FUNCTIONS, ...ROUNDING_FUNCTIONS, ...MATH_FUNCTIONS]],
  [
    'Dates and times',
    [
      ...DATE_PART_FUNCTIONS,
      ...EXTRACTED_PART_FUNCTIONS,
      ...DATE_TEXT_FUNCTIONS,
      ...DATE_FUNCTIONS,
      ...TIMESTAMP_FUNCTIONS,
    ],
  ],
  ['Conversions', CONVERSION_FUNCTIONS],
  ['Hashes and encodings', ENCODING_FUNCTIONS],
  ['NULL and choices', CONDITION_FUNCTIONS],
  ['Arrays and maps', [...ARRAY_ELEMENT_FUNCTIONS, ...ARRAY_FUNCTIONS, ...MAP_FUNCTIONS]],
  ['JSON', [...JSON_FUNCTIONS, ...JSON_TEXT_FUNCTIONS]],
  ['Aggregates', [...AGGREGATE_FUNCTIONS, ...STATISTICS_FUNCTIONS]],
  ['Windows', WINDOW_FUNCTIONS],
];

/** Every name that a function is called by. */
export const namesOf = ({ name, aliases = [], synonyms = [] }: SqlFunction): readonly string[] => [
  name,
  ...aliases,
  ...synonyms,
];

const BY_NAME: ReadonlyMap<string, SqlFunction> = new Map(
  FUNCTION_FAMILIES.flatMap(([, functions]) =>
    functions.flatMap((definition) => namesOf(definition).map((name) => [name, definition] as const)),
  ),
);

/**
 * A call of a function, by any of its names.
 * @throws {@link SqlError} 0A000 for what Databricks has and this warehouse does not, 42883 for what Databricks lacks as well,
 * 42605 for a wrong number of arguments, 42K09 for arguments of wrong types
 */
export function applyFunction(name: string, args: readonly Expression[], modifiers: Modifiers = {}): Applied {
  const calledAs = name.toLowerCase();
  const definition = BY_NAME.get(calledAs);
  if (definition !== undefined) return apply(definition, calledAs, args, modifiers);
  if (BUILTIN_NAMES.has(calledAs)) throw notInWarehouse(`The function ${calledAs}`);
  throw new SqlError(
    'UNRESOLVED_ROUTINE',
    '42883',
    `Cannot resolve routine \`${name}\` on search path [\`system\`.\`builtin\`, \`system\`.\`session\`, \`system\`.\`ai\`].`,
  );
}
