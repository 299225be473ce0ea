import type { ColumnType } from '../../types/column-type.ts';
import { types } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { typeName } from '../../types/type-name.ts';
import { notInWarehouse } from './failures.ts';
import { scalar, type Form, type SqlFunction } from './function.ts';
import { verbatim } from './render.ts';
import { typeAt } from './typing.ts';

/** Digits after the point from which Java may write a decimal with an exponent. */
const MAX_PLAIN_SCALE = 6;

/** A value, not NULL, as JSON text. @throws {@link SqlError} 0A000 for a type whose text is not known */
function jsonOf(value: string, type: ColumnType, depth: number): string {
  const name = `spark_j${depth}`;
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.map((field) => {
        const item = `struct_extract(${name}, ${verbatim(quoteString(field.name))})`;
        const key = verbatim(quoteString(`${JSON.stringify(field.name)}:`));
        return `CASE WHEN ${item} IS NOT NULL THEN ${key} || ${jsonOf(item, field.type, depth + 1)} END`;
      });
      const body = `'${verbatim('{')}' || array_to_string(list_filter([${fields.join(', ')}], lambda ${name}f: ${name}f IS NOT NULL), ',') || '}'`;
      return `list_transform([${value}], lambda ${name}: ${body})[1]`;
    }
    case 'array':
      return `('[' || array_to_string(list_transform(${value}, lambda ${name}: ${orNull(name, type.element, depth)}), ',') || ']')`;
    case 'map': {
      const key = `to_json(${keyText(`${name}.key`, type.key)})`;
      const entry = `CAST(${key} AS VARCHAR) || ':' || ${orNull(`${name}.value`, type.value, depth)}`;
      return `('${verbatim('{')}' || array_to_string(list_transform(map_entries(${value}), lambda ${name}: ${entry}), ',') || '}')`;
    }
    default:
      return scalarJson(value, type);
  }
}

const orNull = (value: string, type: ColumnType, depth: number): string =>
  `CASE WHEN ${value} IS NULL THEN 'null' ELSE ${jsonOf(value, type, depth + 1)} END`;

function keyText(key: string, type: ColumnType): string {
  if (type.kind === 'string') return key;
  if (['tinyint', 'smallint', 'int', 'bigint', 'boolean'].includes(type.kind)) return `CAST(${key} AS VARCHAR)`;
  throw notInWarehouse(`The function to_json of a map with keys of ${typeName(type)}`);
}

function scalarJson(value: string, type: ColumnType): string {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return `CAST(${value} AS VARCHAR)`;
    case 'double':
    case 'float':
      return `CASE WHEN isnan(${value}) OR isinf(${value}) THEN '"' || spark_double_text(${value}) || '"' ELSE spark_double_text(${value}) END`;
    case 'string':
      return `CAST(to_json(${value}) AS VARCHAR)`;
    case 'date':
      return `'"' || CAST(${value} AS VARCHAR) || '"'`;
    case 'timestamp':
      return `spark_timestamp_json(${value})`;
    case 'binary':
      return `'"' || to_base64(${value}) || '"'`;
    case 'void':
      return "'null'";
    default:
      if (type.kind === 'decimal' && type.scale <= MAX_PLAIN_SCALE) return `CAST(${value} AS VARCHAR)`;
      throw notInWarehouse(`The function to_json with a value of ${typeName(type)}`);
  }
}

const toJson = (kind: 'struct' | 'array' | 'map'): Form => ({
  takes: [kind],
  returns: types.string,
  sql: (args) => `CASE WHEN {0} IS NOT NULL THEN ${jsonOf('{0}', typeAt(args, 0), 0)} END`,
});

/** Functions that write and read JSON by a type. */
export const JSON_TEXT_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'to_json',
    [toJson('struct'), toJson('array'), toJson('map')],
    [
      ["to_json(named_struct('a', 1, 'b', 2))", '{"a":1,"b":2}', 'string'],
      ["to_json(named_struct('a', NULL, 'b', 1.50, 'c', 'q\"'))", '{"b":1.50,"c":"q\\""}', 'string'],
      [
        "to_json(array(named_struct('a', 1.5D), NULL))",
        '[{"a":1.5},null]',
        'string',
        'to_json(array(named_struct(a, 1.5), NULL))',
      ],
      ["to_json(map('a', array(1, NULL)))", '{"a":[1,null]}', 'string'],
      [
        "to_json(named_struct('t', TIMESTAMP'2015-08-26 00:00:00', 'd', DATE'2015-08-26'))",
        '{"t":"2015-08-26T00:00:00.000Z","d":"2015-08-26"}',
        'string',
        "to_json(named_struct(t, TIMESTAMP '2015-08-26 00:00:00', d, DATE '2015-08-26'))",
      ],
    ],
  ),
];
