import { types, type ColumnType } from '../../types/column-type.ts';
import type { Conversion } from './casts.ts';
import { scalarConversion } from './casts.ts';

/** The conversion of a VARIANT to another type, or of another type to VARIANT; undefined where it is not in the local warehouse. */
export function variantConversion(from: ColumnType, to: ColumnType): Conversion | undefined {
  if (to.kind === 'variant') return toVariant(from);
  if (to.kind === 'string') return { sql: (value) => `json_extract_string(${value}, '$')` };
  if (!['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'boolean'].includes(to.kind))
    return undefined;
  const fromText = scalarConversion(types.string, to);
  return fromText === undefined
    ? undefined
    : { sql: (value) => fromText.sql(`spark_variant_scalar(${value})`), failure: 'malformed' };
}

function toVariant(from: ColumnType): Conversion | undefined {
  const kinds = ['string', 'boolean', 'tinyint', 'smallint', 'int', 'bigint', 'decimal'];
  return kinds.includes(from.kind) ? { sql: (value) => `to_json(${value})` } : undefined;
}
