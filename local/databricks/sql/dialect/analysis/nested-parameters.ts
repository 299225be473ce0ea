import type { ParameterPart } from '../../engine/parameters.ts';
import { unsupported } from '../../sql-error.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import { boundParameter } from './bound-parameters.ts';
import { castTo } from './cast.ts';
import { CONSTRUCTORS } from './constructors.ts';
import type { Expression } from './expression.ts';
import { nullLiteral, stringLiteral } from './literals.ts';

const MAX_DEPTH = 32;

/** The types that come in parts, and the functions that make them: a map's parts are its keys and values in turn. */
const MAKERS: Readonly<Record<string, string>> = { ARRAY: 'array', MAP: 'map' };

/**
 * An ARRAY or a MAP that came in parts: what the function of that name makes of them.
 * @throws {@link SqlError} 0A000 for other types, and for what is nested too deeply
 */
export function nestedParameter(type: string, parts: readonly ParameterPart[], depth = 1): Expression {
  const make = CONSTRUCTORS[MAKERS[type.trim().toUpperCase()] ?? ''];
  if (make === undefined) throw unsupported(`A parameter of the type ${type.toUpperCase()} in parts`);
  if (depth > MAX_DEPTH) throw unsupported(`A parameter that is nested more than ${MAX_DEPTH} deep`);
  return make(parts.map((part) => ({ alias: undefined, value: partValue(part, depth) })));
}

function partValue(part: ParameterPart, depth: number): Expression {
  if (part.parts !== undefined) return nestedParameter(part.type ?? '', part.parts, depth + 1);
  const { type, text, literal } = boundParameter(part);
  if (literal !== undefined) return literal;
  if (type.kind === 'void') return nullLiteral;
  if (text === null) return { sql: `CAST(NULL AS ${duckdbType(type)})`, type, nullable: true, name: 'NULL' };
  return { ...castTo(stringLiteral(text), type), nullable: false };
}
