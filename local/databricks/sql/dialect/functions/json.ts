import { array, types } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse } from './failures.ts';
import { scalar, type SqlFunction } from './function.ts';
import { verbatim } from './render.ts';

const PATH = /^\$(?:\.[^.[\]*\s'"$]+|\['[^'\]*"]+'\]|\[\d+\])*$/;
const STEP = /\.([^.[\]*]+)|\['([^']+)'\]|\[(\d+)\]/g;

/** A path of names and places, as DuckDB writes it; wildcards collect by rules of their own. */
function duckdbPath(path: string): string {
  if (!PATH.test(path)) throw notInWarehouse(`The JSON path '${path}'`);
  return `$${[...path.matchAll(STEP)].map(([, name, quoted, place]) => (place === undefined ? `."${name ?? quoted}"` : `[${place}]`)).join('')}`;
}

const getJsonObject = (args: readonly Expression[]): string =>
  `CASE WHEN json_valid({0}) THEN json_extract_string({0}, ${verbatim(quoteString(duckdbPath(String(args[1]?.constant))))}) END`;

/** Functions that look into JSON texts. */
export const JSON_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'get_json_object',
    { takes: ['string', 'stringLiteral'], returns: types.string, sql: getJsonObject, nullable: true },
    [
      ['get_json_object(\'{"a":"b"}\', \'$.a\')', 'b', 'string'],
      ['get_json_object(\'{"a":{"b":[1, 2.50]}}\', \'$.a\')', '{"b":[1,2.5]}', 'string'],
      ["get_json_object('{\"a\":[1,2]}', '$.a[1]')", '2', 'string'],
      ["get_json_object('{\"a\":null}', '$.a')", null, 'string'],
      ["get_json_object('no json', '$.a')", null, 'string'],
    ],
  ),
  scalar(
    'json_array_length',
    {
      takes: ['string'],
      returns: types.int,
      sql: "CASE WHEN json_valid({0}) AND json_type({0}) = 'ARRAY' THEN CAST(json_array_length({0}) AS INTEGER) END",
      nullable: true,
    },
    [
      ["json_array_length('[1,2,3,4]')", '4', 'int'],
      ["json_array_length('[1,2')", null, 'int'],
    ],
  ),
  scalar(
    'json_object_keys',
    {
      takes: ['string'],
      returns: array(types.string),
      sql: "CASE WHEN json_valid({0}) AND json_type({0}) = 'OBJECT' THEN json_keys({0}) END",
      nullable: true,
    },
    [
      ["json_object_keys('{}')", '[]', 'array<string>'],
      ['json_object_keys(\'{"f1":"abc","f2":{"f3":"a", "f4":"b"}}\')', '["f1","f2"]', 'array<string>'],
    ],
  ),
];
