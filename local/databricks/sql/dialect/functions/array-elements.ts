import { types, type ColumnType } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { hasNull, INDEX_OF_ZERO, mapOf, toKey } from './collection-types.ts';
import { failure } from './failures.ts';
import { scalar, type Example, type Form, type SqlFunction } from './function.ts';
import { elementAt, ofFirst, toElement, toSortable } from './typing.ts';

type Args = readonly Expression[];

const outOfBounds = (errorClass: string, index: string, advice: string): string =>
  failure(
    errorClass,
    '22003',
    'The index ',
    { sql: index },
    ' is out of bounds. The array has ',
    { sql: 'len({0})' },
    ` elements. ${advice}`,
  );

const toSecond = (args: Args): ColumnType => elementAt(args);
const withElement = (
  name: string,
  returns: Form['returns'],
  sql: string,
  examples: readonly Example[],
  more: Partial<Form> = {},
): SqlFunction => scalar(name, { takes: ['array', 'any'], unify: toElement(name), returns, sql, ...more }, examples);

/** Single elements of arrays and maps. */
export const ARRAY_ELEMENT_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'size',
    [
      { takes: ['array'], returns: types.int, sql: 'CAST(len({0}) AS INTEGER)' },
      { takes: ['map'], returns: types.int, sql: 'CAST(cardinality({0}) AS INTEGER)' },
    ],
    [
      ["size(array('b', 'd', 'c', 'a'))", '4', 'int'],
      ["size(map('a', 1, 'b', 2))", '2', 'int'],
      ["cardinality(array('b', 'd'))", '2', 'int'],
      ['size(CAST(NULL AS ARRAY<INT>))', null, 'int'],
    ],
    { aliases: ['cardinality'] },
  ),
  scalar('array_size', { takes: ['array'], returns: types.int, sql: 'CAST(len({0}) AS INTEGER)' }, [
    ["array_size(array('b', 'd'))", '2', 'int'],
  ]),
  scalar(
    'element_at',
    [
      {
        takes: ['array', 'int'],
        returns: toSecond,
        sql: `CASE WHEN {1} = 0 THEN ${INDEX_OF_ZERO} WHEN abs({1}) > len({0}) THEN ${outOfBounds('INVALID_ARRAY_INDEX_IN_ELEMENT_AT', '{1}', 'Use `try_element_at` to tolerate accessing element at invalid index and return NULL instead.')} ELSE {0}[{1}] END`,
        nullable: true,
      },
      { takes: ['map', 'any'], unify: toKey, returns: (args) => mapOf(args).value, sql: '{0}[{1}]', nullable: true },
    ],
    [
      ['element_at(array(1, 2, 3), 2)', '2', 'int'],
      ['element_at(array(1, 2, 3), -1)', '3', 'int'],
      ["element_at(map(1, 'a', 2, 'b'), 2)", 'b', 'string'],
      ["element_at(map(1, 'a', 2, 'b'), 3)", null, 'string'],
    ],
  ),
  scalar(
    'try_element_at',
    [
      {
        takes: ['array', 'int'],
        returns: toSecond,
        sql: `CASE WHEN {1} = 0 THEN ${INDEX_OF_ZERO} ELSE {0}[{1}] END`,
        nullable: true,
      },
      { takes: ['map', 'any'], unify: toKey, returns: (args) => mapOf(args).value, sql: '{0}[{1}]', nullable: true },
    ],
    [
      ['try_element_at(array(1, 2, 3), 5)', null, 'int'],
      ["try_element_at(map(1, 'a', 2, 'b'), 2)", 'b', 'string'],
    ],
  ),
  scalar(
    'get',
    { takes: ['array', 'int'], returns: toSecond, sql: 'CASE WHEN {1} >= 0 THEN {0}[{1} + 1] END', nullable: true },
    [
      ['get(array(1, 2, 3), 0)', '1', 'int'],
      ['get(array(1, 2, 3), 3)', null, 'int'],
      ['get(array(1, 2, 3), -1)', null, 'int'],
    ],
  ),
  withElement(
    'array_contains',
    types.boolean,
    `CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_contains({0}, {1}) THEN true WHEN ${hasNull('{0}')} THEN NULL ELSE false END`,
    [
      ['array_contains(array(1, 2, 3), 2)', 'true', 'boolean'],
      ['array_contains(array(1, NULL, 3), 2)', null, 'boolean'],
    ],
    { nullable: true },
  ),
  withElement(
    'array_position',
    types.bigint,
    'CASE WHEN {1} IS NOT NULL THEN CAST(CASE WHEN {0} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) END AS BIGINT) END',
    [
      ['array_position(array(3, 2, 1, 4, 1), 1)', '3', 'bigint'],
      ['array_position(array(3, 2), 9)', '0', 'bigint'],
    ],
  ),
  withElement(
    'array_remove',
    ofFirst,
    'CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda e: e IS DISTINCT FROM {1}) END',
    [['array_remove(array(1, 2, 3, NULL, 3, 2), 3)', '[1,2,null,2]', 'array<int>']],
  ),
  withElement('array_append', ofFirst, 'CASE WHEN {0} IS NOT NULL THEN list_append({0}, {1}) END', [
    ["array_append(array('b', 'd'), 'a')", '["b","d","a"]', 'array<string>'],
  ]),
  withElement('array_prepend', ofFirst, 'CASE WHEN {0} IS NOT NULL THEN list_prepend({1}, {0}) END', [
    ["array_prepend(array('b', 'd'), 'a')", '["a","b","d"]', 'array<string>'],
  ]),
  scalar(
    'array_max',
    { takes: ['array'], unify: toSortable('array_max'), returns: toSecond, sql: 'list_max({0})', nullable: true },
    [['array_max(array(1, 20, NULL, 3))', '20', 'int']],
  ),
  scalar(
    'array_min',
    { takes: ['array'], unify: toSortable('array_min'), returns: toSecond, sql: 'list_min({0})', nullable: true },
    [['array_min(array(1, 20, NULL, 3))', '1', 'int']],
  ),
];
