import { array, map, struct, types, type ColumnType } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { castTo, commonType } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { hasNull, mapOf, toKey } from './collection-types.ts';
import { failure, notInWarehouse, refusal } from './failures.ts';
import { scalar, type SqlFunction } from './function.ts';
import { verbatim } from './render.ts';
import { elementAt, ofFirst, typeAt } from './typing.ts';

type Args = readonly Expression[];

const entry = (args: Args): ColumnType => {
  const { key, value } = mapOf(args);
  return array(
    struct([
      { name: 'key', type: key },
      { name: 'value', type: value },
    ]),
  );
};

const duplicateKey = failure(
  'DUPLICATED_MAP_KEY',
  '23505',
  'Duplicate map key was found, please check the input data. If you want to remove the duplicated keys, you can set "spark.sql.mapKeyDedupPolicy" to "LAST_WIN" so that the key inserted at last takes precedence.',
);

/** Functions of maps. */
export const MAP_FUNCTIONS: readonly SqlFunction[] = [
  scalar('map_keys', { takes: ['map'], returns: (args) => array(mapOf(args).key), sql: 'map_keys({0})' }, [
    ["map_keys(map(1, 'a', 2, 'b'))", '[1,2]', 'array<int>'],
  ]),
  scalar('map_values', { takes: ['map'], returns: (args) => array(mapOf(args).value), sql: 'map_values({0})' }, [
    ["map_values(map(1, 'a', 2, 'b'))", '["a","b"]', 'array<string>'],
  ]),
  scalar('map_entries', { takes: ['map'], returns: entry, sql: 'map_entries({0})' }, [
    ["map_entries(map(1, 'a'))", '[{"key":1,"value":"a"}]', 'array<struct<key:int,value:string>>'],
  ]),
  scalar(
    'map_contains_key',
    { takes: ['map', 'any'], unify: toKey, returns: types.boolean, sql: 'map_contains({0}, {1})' },
    [["map_contains_key(map(1, 'a', 2, 'b'), 1)", 'true', 'boolean']],
  ),
  scalar(
    'map_from_arrays',
    {
      takes: ['array', 'array'],
      returns: (args) => map(elementAt(args), elementAt(args, 1)),
      sql: `CASE WHEN len({0}) <> len({1}) THEN ${refusal('map_from_arrays of arrays of different sizes')} WHEN len(list_distinct({0})) < len({0}) THEN ${duplicateKey} ELSE map({0}, {1}) END`,
    },
    [["map_from_arrays(array(1.0, 3.0), array('2', '4'))", '{"1.0":"2","3.0":"4"}', 'map<decimal(2,1),string>']],
  ),
  scalar(
    'map_from_entries',
    {
      takes: ['array'],
      returns: (args) => {
        const element = elementAt(args);
        const [key, value] = element.kind === 'struct' ? element.fields : [];
        if (key === undefined || value === undefined)
          throw notInWarehouse(`The function map_from_entries(${typeAt(args, 0).text})`);
        return map(key.type, value.type);
      },
      sql: (args) => {
        const element = elementAt(args);
        const key = verbatim(quoteString(element.kind === 'struct' ? (element.fields[0]?.name ?? '') : ''));
        const keys = `list_transform({0}, lambda e: struct_extract(e, ${key}))`;
        return `CASE WHEN ${hasNull('{0}')} THEN NULL WHEN len(list_distinct(${keys})) < len({0}) THEN ${duplicateKey} ELSE map_from_entries({0}) END`;
      },
      nullable: true,
    },
    [["map_from_entries(array(struct(1, 'a'), struct(2, 'b')))", '{"1":"a","2":"b"}', 'map<int,string>']],
  ),
  scalar(
    'map_concat',
    {
      takes: ['map'],
      more: 'map',
      unify: (args) => {
        const type = commonType(args, 'map_concat');
        return args.map((argument) => castTo(argument, type));
      },
      returns: ofFirst,
      sql: (args) => {
        const keys = args.map((_, index) => `map_keys({${index}})`).join(', ');
        const absent = args.map((_, index) => `{${index}} IS NULL`).join(' OR ');
        return args.length === 1
          ? '{0}'
          : `CASE WHEN ${absent} THEN NULL WHEN len(list_distinct(list_concat(${keys}))) < len(list_concat(${keys})) THEN ${duplicateKey} ELSE map_concat({*}) END`;
      },
    },
    [["map_concat(map(1, 'a', 2, 'b'), map(3, 'c'))", '{"1":"a","2":"b","3":"c"}', 'map<int,string>']],
  ),
];
