import { types } from '../../types/column-type.ts';
import { INDEX_OF_ZERO } from './collection-types.ts';
import { notInWarehouse, refusal } from './failures.ts';
import { scalar, type Form, type SqlFunction } from './function.ts';
import type { ParameterKind } from './parameter-kinds.ts';
import { text, whole } from './text-forms.ts';

/** A form that returns BOOLEAN. */
const test = (takes: readonly ParameterKind[], sql: Form['sql']): Form => ({ takes, returns: types.boolean, sql });

const isAscii = (x: string): string => `NOT regexp_matches(${x}, '[^\\x00-\\x7F]')`;

/** `locate`: where a text is found, from a place on; 0 where it is not, and for places before the first. */
const LOCATED = `CASE WHEN {2} < 1 THEN 0 WHEN instr(substring({1}, {2}), {0}) = 0 THEN 0 ELSE CAST(instr(substring({1}, {2}), {0}) + {2} - 1 AS INTEGER) END`;
const locate: readonly Form[] = [
  whole(['string', 'string'], 'CAST(instr({1}, {0}) AS INTEGER)', { shown: ['1'] }),
  whole(['string', 'string', 'int'], LOCATED),
];

/** Where a text is in another, and the parts of one. */
export const TEXT_SEARCH_FUNCTIONS: readonly SqlFunction[] = [
  scalar('instr', whole(['string', 'string'], 'CAST(instr({0}, {1}) AS INTEGER)'), [
    ["instr('SparkSQL', 'SQL')", '6', 'int'],
    ["instr('SparkSQL', 'R')", '0', 'int'],
  ]),
  scalar(
    'locate',
    locate,
    [
      ["locate('bar', 'foobarbar')", '4', 'int', 'locate(bar, foobarbar, 1)'],
      ["locate('bar', 'foobarbar', 5)", '7', 'int'],
      ["position('bar', 'foobarbar')", '4', 'int', 'position(bar, foobarbar, 1)'],
      ["charindex('bar', 'foobarbar', 5)", '7', 'int'],
      ["locate('bar', 'foobarbar', 0)", '0', 'int'],
    ],
    { aliases: ['position', 'charindex'] },
  ),
  scalar('contains', test(['string', 'string'], 'contains({0}, {1})'), [
    ["contains('SparkSQL', 'Spark')", 'true', 'boolean'],
    ["contains('SparkSQL', NULL)", null, 'boolean'],
  ]),
  scalar('startswith', test(['string', 'string'], 'starts_with({0}, {1})'), [
    ["startswith('SparkSQL', 'park')", 'false', 'boolean'],
  ]),
  scalar('endswith', test(['string', 'string'], 'ends_with({0}, {1})'), [
    ["endswith('SparkSQL', 'SQL')", 'true', 'boolean'],
  ]),
  scalar(
    'split_part',
    text(
      ['string', 'string', 'int'],
      `CASE WHEN {2} = 0 THEN ${INDEX_OF_ZERO} WHEN {1} = '' THEN CASE WHEN abs({2}) = 1 THEN {0} ELSE '' END ELSE split_part({0}, {1}, {2}) END`,
    ),
    [
      ["split_part('Hello,world,!', ',', 1)", 'Hello', 'string'],
      ["split_part('Hello,world,!', ',', -1)", '!', 'string'],
      ["split_part('Hello,world,!', ',', 100)", '', 'string'],
      ["split_part('Hello,world,!', '', 1)", 'Hello,world,!', 'string'],
    ],
  ),
  scalar(
    'substring_index',
    text(
      ['string', 'string', 'int'],
      `CASE WHEN {0} = '' OR {1} = '' OR {2} = 0 THEN '' WHEN {2} > 0 THEN spark_join(list_slice(string_split({0}, {1}), 1, {2}), {1})
         ELSE spark_join(list_slice(string_split({0}, {1}), greatest(1, len(string_split({0}, {1})) + {2} + 1), len(string_split({0}, {1}))), {1}) END`,
    ),
    [
      ["substring_index('www.apache.org', '.', 2)", 'www.apache', 'string'],
      ["substring_index('www.apache.org', '.', -1)", 'org', 'string'],
      ["substring_index('www.apache.org', '.', -9)", 'www.apache.org', 'string'],
    ],
  ),
  scalar(
    'levenshtein',
    [
      whole(
        ['string', 'string'],
        `CASE WHEN ${isAscii('{0} || {1}')} THEN CAST(levenshtein({0}, {1}) AS INTEGER) ELSE ${refusal('levenshtein of text beyond ASCII')} END`,
      ),
    ],
    [["levenshtein('kitten', 'sitting')", '3', 'int']],
  ),
  scalar(
    'find_in_set',
    whole(
      ['string', 'string'],
      `CASE WHEN contains({0}, ',') THEN 0 ELSE CAST(coalesce(list_position(string_split({1}, ','), {0}), 0) AS INTEGER) END`,
      {},
    ),
    [
      ["find_in_set('ab', 'abc,b,ab,c,def')", '3', 'int'],
      ["find_in_set('a,b', 'a,b')", '0', 'int'],
    ],
  ),
  scalar(
    'replace',
    [
      text(['string', 'string'], `replace({0}, {1}, '')`, { shown: [''] }),
      text(['string', 'string', 'string'], 'replace({0}, {1}, {2})'),
    ],
    [
      ["replace('ABCabc', 'abc', 'DEF')", 'ABCDEF', 'string'],
      ["replace('ABCabc', 'abc')", 'ABC', 'string', 'replace(ABCabc, abc, )'],
      ["replace('abc', '', 'x')", 'abc', 'string'],
    ],
  ),
  scalar(
    'translate',
    text(['string', 'string', 'string'], (args) => {
      const from = args[1]?.constant;
      if (typeof from === 'string' && new Set(from).size < Array.from(from).length)
        throw notInWarehouse(`translate from '${from}', which repeats a character,`);
      return 'translate({0}, {1}, {2})';
    }),
    [
      ["translate('AaBbCc', 'abc', '123')", 'A1B2C3', 'string'],
      ["translate('AaBbCc', 'abc', '1')", 'A1BC', 'string'],
    ],
  ),
];
