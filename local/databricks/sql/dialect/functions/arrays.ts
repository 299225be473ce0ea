import { array, types, type ColumnType } from '../../types/column-type.ts';
import { castTo } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { hasNull, holds, INDEX_OF_ZERO } from './collection-types.ts';
import { failure, notInWarehouse, refusal } from './failures.ts';
import { SEQUENCE } from './sequence.ts';
import { scalar, type Example, type Form, type SqlFunction } from './function.ts';
import { elementAt, ofFirst, toCommon, toElement, toSortable, typeAt } from './typing.ts';

type Args = readonly Expression[];

/** Every value once, where it comes first; NULL is one of them. */
const unique = (list: string): string => `list_filter(${list}, lambda e, i: i = list_position(${list}, e))`;
const once = (list: string): string => `list_transform([${list}], lambda l: ${unique('l')})[1]`;
const ofArrays = (name: string, sql: string, examples: readonly Example[]): SqlFunction =>
  scalar(name, { takes: ['array', 'array'], unify: toCommon(name), returns: ofFirst, sql }, examples);
const joined = (list: string): string => `spark_join(${list}, {1})`;
const texts: Form['unify'] = (args) => {
  const element = elementAt(args);
  if (['array', 'map', 'struct'].includes(element.kind))
    throw notInWarehouse(`The function array_join(${typeAt(args, 0).text})`);
  return args.map((argument, index) => (index === 0 ? castTo(argument, array(types.string)) : argument));
};

/** A value put in at a place, counted from 1 or from the end; what is missing before it is NULL. */
function inserted(args: Args): string {
  const place = Number(args[1]?.constant);
  if (place === 0) return `CASE WHEN {0} IS NOT NULL THEN ${INDEX_OF_ZERO} END`;
  if (place > 0)
    return `CASE WHEN {0} IS NOT NULL THEN CAST(list_concat(list_resize(list_slice({0}, 1, ${place - 1}), ${place - 1}), [{2}], list_slice({0}, ${place}, len({0}))) AS {type}) END`;
  return `CASE WHEN {0} IS NULL THEN NULL WHEN ${-place} > len({0}) + 1 THEN ${refusal('array_insert before the first element')} ELSE CAST(list_concat(list_slice({0}, 1, len({0}) + 1 - ${-place}), [{2}], list_slice({0}, len({0}) + 2 - ${-place}, len({0}))) AS {type}) END`;
}

const flattened = (args: Args): ColumnType => {
  const element = elementAt(args);
  if (element.kind === 'array') return element;
  throw notInWarehouse(`The function flatten(${typeAt(args, 0).text})`);
};

function concatWs(args: Args): string {
  const lists = args
    .slice(1)
    .map(({ type }, index) => (type.kind === 'array' ? `coalesce({${index + 1}}, [])` : `[{${index + 1}}]`));
  return `spark_join(list_filter(flatten([${lists.join(', ')}]), lambda t: t IS NOT NULL), {0})`;
}
function toTexts(args: Args): Args {
  return args.map((argument, index) => {
    const { type } = argument;
    if (index === 0) return argument;
    if (type.kind === 'array') return castTo(argument, array(types.string));
    if (['map', 'struct', 'binary', 'variant'].includes(type.kind))
      throw notInWarehouse(`The function concat_ws(${type.text})`);
    return castTo(argument, types.string);
  });
}

const SORTED_ASCENDING = "list_sort({0}, 'ASC', 'NULLS FIRST')";

/** Functions that make arrays of arrays. */
export const ARRAY_FUNCTIONS: readonly SqlFunction[] = [
  scalar('array_distinct', { takes: ['array'], returns: ofFirst, sql: once('{0}') }, [
    ['array_distinct(array(1, 2, 3, NULL, 3))', '[1,2,3,null]', 'array<int>'],
  ]),
  scalar('array_compact', { takes: ['array'], returns: ofFirst, sql: 'list_filter({0}, lambda e: e IS NOT NULL)' }, [
    ['array_compact(array(1, 2, 3, NULL, 3))', '[1,2,3,3]', 'array<int>'],
  ]),
  ofArrays('array_union', `CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN ${once('list_concat({0}, {1})')} END`, [
    ['array_union(array(1, 2, 2, 3), array(1, 3, 5))', '[1,2,3,5]', 'array<int>'],
  ]),
  ofArrays(
    'array_intersect',
    `CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN ${once(`list_filter({0}, lambda e: ${holds('{1}', 'e')})`)} END`,
    [['array_intersect(array(1, 2, 3), array(1, 3, 3, 5))', '[1,3]', 'array<int>']],
  ),
  ofArrays(
    'array_except',
    `CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN ${once(`list_filter({0}, lambda e: NOT (${holds('{1}', 'e')}))`)} END`,
    [['array_except(array(1, 2, 2, 3), array(1, 1, 3, 5))', '[2]', 'array<int>']],
  ),
  scalar(
    'arrays_overlap',
    {
      takes: ['array', 'array'],
      unify: toCommon('arrays_overlap'),
      returns: types.boolean,
      sql: `CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_has_any(list_filter({0}, lambda e: e IS NOT NULL), {1}) THEN true WHEN len({0}) > 0 AND len({1}) > 0 AND (${hasNull('{0}')} OR ${hasNull('{1}')}) THEN NULL ELSE false END`,
      nullable: true,
    },
    [
      ['arrays_overlap(array(1, 2, 3), array(3, 4, 5))', 'true', 'boolean'],
      ['arrays_overlap(array(1, NULL), array(2))', null, 'boolean'],
      ['arrays_overlap(array(1), array(2))', 'false', 'boolean'],
    ],
  ),
  scalar(
    'array_join',
    [
      {
        takes: ['array', 'string'],
        unify: texts,
        returns: types.string,
        sql: joined('list_filter({0}, lambda e: e IS NOT NULL)'),
      },
      {
        takes: ['array', 'string', 'string'],
        unify: texts,
        returns: types.string,
        sql: joined('list_transform({0}, lambda e: coalesce(e, {2}))'),
      },
    ],
    [
      ["array_join(array('hello', 'world'), ' ')", 'hello world', 'string'],
      ["array_join(array('hello', NULL, 'world'), ' ')", 'hello world', 'string'],
      ["array_join(array('hello', NULL, 'world'), ' ', ',')", 'hello , world', 'string'],
      ["array_join(array(1, 2), '-')", '1-2', 'string'],
    ],
  ),
  scalar('concat_ws', { takes: ['string'], more: 'any', unify: toTexts, returns: types.string, sql: concatWs }, [
    ["concat_ws(' ', 'Spark', 'SQL')", 'Spark SQL', 'string'],
    ["concat_ws('/', 'foo', NULL, 'bar')", 'foo/bar', 'string'],
    ["concat_ws(',', 'a', array('b', NULL, 'c'), 4)", 'a,b,c,4', 'string'],
    ["concat_ws('s')", '', 'string'],
  ]),
  scalar(
    'array_repeat',
    {
      takes: ['any', 'int'],
      returns: (args) => array(typeAt(args, 0)),
      sql: 'list_transform(range(CAST({1} AS BIGINT)), lambda i: {0})',
    },
    [
      ["array_repeat('123', 2)", '["123","123"]', 'array<string>'],
      ["array_repeat('123', -1)", '[]', 'array<string>'],
    ],
  ),
  scalar(
    'array_sort',
    { takes: ['array'], unify: toSortable('array_sort'), returns: ofFirst, sql: "list_sort({0}, 'ASC', 'NULLS LAST')" },
    [
      [
        "array_sort(array('bc', NULL, 'ab', 'dc'))",
        '["ab","bc","dc",null]',
        'array<string>',
        'array_sort(array(bc, NULL, ab, dc), lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, (IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, (IF((namedlambdavariable() < namedlambdavariable()), -1, (IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable()))',
      ],
    ],
    {
      column: ([list]) =>
        `array_sort(${list}, lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, (IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, (IF((namedlambdavariable() < namedlambdavariable()), -1, (IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable()))`,
    },
  ),
  scalar(
    'sort_array',
    [
      { takes: ['array'], unify: toSortable('sort_array'), returns: ofFirst, sql: SORTED_ASCENDING, shown: ['true'] },
      {
        takes: ['array', 'booleanLiteral'],
        unify: toSortable('sort_array'),
        returns: ofFirst,
        sql: (args) => (args[1]?.constant === true ? SORTED_ASCENDING : "list_sort({0}, 'DESC', 'NULLS LAST')"),
      },
    ],
    [
      ["sort_array(array('b', 'd', NULL, 'c', 'a'), true)", '[null,"a","b","c","d"]', 'array<string>'],
      ["sort_array(array('b', 'd', NULL, 'c', 'a'), false)", '["d","c","b","a",null]', 'array<string>'],
    ],
  ),
  scalar(
    'slice',
    {
      takes: ['array', 'int', 'int'],
      returns: ofFirst,
      sql: `CASE WHEN {1} = 0 THEN ${failure('INVALID_PARAMETER_VALUE.START', '22023', 'The value of parameter(s) `start` in `slice` is invalid: Expects a positive or a negative value for `start`, but got 0.')} WHEN {2} < 0 THEN ${failure('INVALID_PARAMETER_VALUE.LENGTH', '22023', 'The value of parameter(s) `length` in `slice` is invalid: Expects `length` greater than or equal to 0, but got ', { sql: '{2}' }, '.')} WHEN {2} = 0 OR abs({1}) > len({0}) THEN CAST([] AS {type}) WHEN {1} > 0 THEN list_slice({0}, {1}, {1} + {2} - 1) ELSE list_slice({0}, len({0}) + {1} + 1, len({0}) + {1} + {2}) END`,
    },
    [
      ['slice(array(1, 2, 3, 4), 2, 2)', '[2,3]', 'array<int>'],
      ['slice(array(1, 2, 3, 4), -2, 2)', '[3,4]', 'array<int>'],
      ['slice(array(1, 2, 3, 4), 9, 2)', '[]', 'array<int>'],
    ],
  ),
  SEQUENCE,
  scalar(
    'array_insert',
    { takes: ['array', 'intLiteral', 'any'], unify: toElement('array_insert', 2), returns: ofFirst, sql: inserted },
    [
      ['array_insert(array(1, 2, 3, 4), 5, 5)', '[1,2,3,4,5]', 'array<int>'],
      ['array_insert(array(5, 3, 2, 1), -4, 4)', '[5,4,3,2,1]', 'array<int>'],
      ['array_insert(array(5, 3, 2, 1), 3, 4)', '[5,3,4,2,1]', 'array<int>'],
      ['array_insert(array(1), 3, 2)', '[1,null,2]', 'array<int>'],
    ],
  ),
  scalar(
    'flatten',
    {
      takes: ['array'],
      returns: flattened,
      sql: `CASE WHEN NOT (${hasNull('{0}')}) THEN flatten({0}) END`,
      nullable: true,
    },
    [
      ['flatten(array(array(1, 2), array(3, 4)))', '[1,2,3,4]', 'array<int>'],
      ['flatten(array(array(1, 2), NULL))', null, 'array<int>'],
    ],
  ),
];
