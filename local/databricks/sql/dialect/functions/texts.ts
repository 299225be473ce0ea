import { types } from '../../types/column-type.ts';
import { refusal } from './failures.ts';
import { scalar, type Form, type SqlFunction } from './function.ts';
import { text, whole } from './text-forms.ts';
import { ofFirst, toCommon } from './typing.ts';

/** Characters whose upper or lower case is more than one character in Java, or depends on what stands around them. */
const SPECIAL_UPPER = String.raw`[ŉǰΐΰևẖẗẘẙẚὐὒὔὖᾀ-ᾯᾲᾳᾴᾶᾷᾼῂῃῄῆῇῌῒΐῖῗῢΰῤῦῧῲῳῴῶῷῼﬀ-ﬆﬓ-ﬗ]`;
const SPECIAL_LOWER = '[İΣ]';
const upper = (x: string): string =>
  `CASE WHEN regexp_matches(${x}, '${SPECIAL_UPPER}') THEN ${refusal('The upper case of ligatures and accents that become several letters')} ELSE upper(replace(${x}, 'ß', 'SS')) END`;
const lower = (x: string): string =>
  `CASE WHEN regexp_matches(${x}, '${SPECIAL_LOWER}') THEN ${refusal('The lower case of İ and Σ')} ELSE lower(${x}) END`;

const isAscii = (x: string): string => `NOT regexp_matches(${x}, '[^\\x00-\\x7F]')`;
const substring = (x: string, from: string, count: string): string =>
  `substring(${x}, CASE WHEN ${from} = 0 THEN 1 ELSE ${from} END, CASE WHEN ${count} < 0 THEN 0 ELSE ${count} END)`;
const padded = (side: 'lpad' | 'rpad', pad: string): string =>
  `CASE WHEN {1} <= 0 THEN '' WHEN length({0}) >= {1} OR ${pad} = '' THEN left({0}, {1}) ELSE ${side}({0}, {1}, CASE WHEN ${pad} = '' THEN ' ' ELSE ${pad} END) END`;
/** `{0}` with `{1}` in place of a number of characters from `{2}` on; of as many as `{1}` has, when it is negative. */
const overlaid = (count: string): string =>
  `(${substring('{0}', '1', '{2} - 1')} || {1} || ${substring('{0}', `{2} + CASE WHEN ${count} < 0 THEN length({1}) ELSE ${count} END`, MAX_INT)})`;
const reversed = (x: string): string =>
  `CASE WHEN ${isAscii(x)} THEN reverse(${x}) ELSE array_to_string(list_reverse(string_split(${x}, '')), '') END`;

const MAX_INT = '2147483647';

const CONCATENATED: readonly Form[] = [
  {
    takes: [],
    returns: types.string,
    sql: "''",
  },
  {
    takes: ['string'],
    more: 'string',
    returns: types.string,
    sql: (args) => `CAST(${args.map((_, index) => `{${index}}`).join(' || ')} AS {type})`,
  },
  {
    takes: ['binaryOnly'],
    more: 'binaryOnly',
    returns: types.binary,
    sql: (args) => `CAST(${args.map((_, index) => `{${index}}`).join(' || ')} AS {type})`,
  },
  {
    takes: ['array'],
    more: 'array',
    unify: toCommon('concat'),
    returns: ofFirst,
    sql: (args) => {
      const absent = args.map((_, index) => `{${index}} IS NULL`).join(' OR ');
      return `CASE WHEN ${absent} THEN NULL ELSE CAST(list_concat({*}) AS {type}) END`;
    },
  },
];

/** Functions that make texts of texts. */
export const TEXT_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'upper',
    text(['string'], upper('{0}')),
    [
      ["upper('SparkSql')", 'SPARKSQL', 'string'],
      ["upper('straße')", 'STRASSE', 'string'],
      ['upper(NULL)', null, 'string'],
      ['upper(12)', '12', 'string'],
    ],
    { aliases: ['ucase'] },
  ),
  scalar(
    'lower',
    text(['string'], lower('{0}')),
    [
      ["lower('LowEr')", 'lower', 'string'],
      ["lcase('LowEr')", 'lower', 'string'],
    ],
    { aliases: ['lcase'] },
  ),
  scalar(
    'initcap',
    text(
      ['string'],
      `CASE WHEN ${isAscii('{0}')} THEN array_to_string(list_transform(string_split(lower({0}), ' '), lambda w: upper(left(w, 1)) || substring(w, 2)), ' ') ELSE ${refusal('initcap of text beyond ASCII')} END`,
    ),
    [
      ["initcap('sPark sql')", 'Spark Sql', 'string'],
      ["initcap('two  spaces-and dash')", 'Two  Spaces-and Dash', 'string'],
    ],
  ),
  scalar(
    'length',
    [whole(['string'], 'CAST(length({0}) AS INTEGER)'), whole(['binary'], 'CAST(octet_length({0}) AS INTEGER)')],
    [
      ["length('Spark SQL ')", '10', 'int'],
      ["len('Spark SQL ')", '10', 'int'],
      ["char_length('😃')", '1', 'int'],
      ["character_length('Spark SQL ')", '10', 'int'],
      ["length(x'CAFE')", '2', 'int', "length(X'CAFE')"],
    ],
    { aliases: ['len', 'char_length', 'character_length'] },
  ),
  scalar(
    'octet_length',
    [whole(['string'], 'CAST(strlen({0}) AS INTEGER)'), whole(['binary'], 'CAST(octet_length({0}) AS INTEGER)')],
    [
      ["octet_length('Spark SQL')", '9', 'int'],
      ["octet_length('😃')", '4', 'int'],
    ],
  ),
  scalar(
    'bit_length',
    [
      whole(['string'], 'CAST(strlen({0}) * 8 AS INTEGER)'),
      whole(['binary'], 'CAST(octet_length({0}) * 8 AS INTEGER)'),
    ],
    [
      ["bit_length('Spark SQL')", '72', 'int'],
      ["bit_length('北京')", '48', 'int'],
    ],
  ),
  scalar('concat', CONCATENATED, [
    ["concat('Spark', 'SQL')", 'SparkSQL', 'string'],
    ["concat('a', NULL, 'b')", null, 'string'],
    ["concat('n', 1, true)", 'n1true', 'string'],
    ["concat(X'CA', X'FE')", 'yv4=', 'binary', "concat(X'CA', X'FE')"],
    ['concat()', '', 'string'],
    ['concat(array(1, 2), array(3))', '[1,2,3]', 'array<int>'],
  ]),
  scalar(
    'substring',
    [
      text(['string', 'int'], substring('{0}', '{1}', MAX_INT), { shown: [MAX_INT] }),
      text(['string', 'int', 'int'], substring('{0}', '{1}', '{2}')),
    ],
    [
      ["substring('Spark SQL', 5)", 'k SQL', 'string', `substring(Spark SQL, 5, ${MAX_INT})`],
      ["substring('Spark SQL', -3)", 'SQL', 'string', `substring(Spark SQL, -3, ${MAX_INT})`],
      ["substring('Spark SQL', 5, 1)", 'k', 'string'],
      ["substr('Spark SQL', 0, 3)", 'Spa', 'string'],
      ["substring('Spark SQL', -20, 15)", 'Spar', 'string'],
      ["substr('Spark SQL', 2, -1)", '', 'string'],
      ["mid('Spark SQL', 5, 1)", 'k', 'string'],
    ],
    { aliases: ['substr', 'mid'] },
  ),
  scalar('left', text(['string', 'int'], `CASE WHEN {1} <= 0 THEN '' ELSE left({0}, {1}) END`), [
    ["left('Spark SQL', 3)", 'Spa', 'string'],
    ["left('Spark SQL', -1)", '', 'string'],
  ]),
  scalar('right', text(['string', 'int'], `CASE WHEN {1} <= 0 THEN '' ELSE right({0}, {1}) END`), [
    ["right('Spark SQL', 3)", 'SQL', 'string'],
    ["right('Spark SQL', 0)", '', 'string'],
  ]),
  scalar('trim', text(['string'], `trim({0}, ' ')`), [["trim('    SparkSQL   ')", 'SparkSQL', 'string']]),
  scalar(
    'btrim',
    [text(['string'], `trim({0}, ' ')`), text(['string', 'string'], 'trim({0}, {1})')],
    [
      ["btrim('    SparkSQL   ')", 'SparkSQL', 'string'],
      ["btrim('SSparkSQLS', 'SL')", 'parkSQ', 'string'],
    ],
  ),
  scalar(
    'ltrim',
    [text(['string'], `ltrim({0}, ' ')`), text(['string', 'string'], 'ltrim({1}, {0})')],
    [
      ["ltrim('    SparkSQL   ')", 'SparkSQL   ', 'string'],
      ["ltrim('Sp', 'SSparkSQLS')", 'arkSQLS', 'string'],
    ],
  ),
  scalar(
    'rtrim',
    [text(['string'], `rtrim({0}, ' ')`), text(['string', 'string'], 'rtrim({1}, {0})')],
    [
      ["rtrim('    SparkSQL   ')", '    SparkSQL', 'string'],
      ["rtrim('LQSa', 'SSparkSQLS')", 'SSpark', 'string'],
    ],
  ),
  scalar(
    'lpad',
    [
      text(['string', 'int'], padded('lpad', `' '`), { shown: [' '] }),
      text(['string', 'int', 'string'], padded('lpad', '{2}')),
    ],
    [
      ["lpad('hi', 5, 'ab')", 'abahi', 'string'],
      ["lpad('hi', 1, '??')", 'h', 'string'],
      ["lpad('hi', 5)", '   hi', 'string', 'lpad(hi, 5,  )'],
      ["lpad('hi', 5, '')", 'hi', 'string'],
    ],
  ),
  scalar(
    'rpad',
    [
      text(['string', 'int'], padded('rpad', `' '`), { shown: [' '] }),
      text(['string', 'int', 'string'], padded('rpad', '{2}')),
    ],
    [
      ["rpad('hi', 5, 'ab')", 'hiaba', 'string'],
      ["rpad('hi', 1, '??')", 'h', 'string'],
      ["rpad('hi', 5)", 'hi   ', 'string', 'rpad(hi, 5,  )'],
    ],
  ),
  scalar('repeat', text(['string', 'int'], 'repeat({0}, {1})'), [
    ["repeat('123', 2)", '123123', 'string'],
    ["repeat('123', -1)", '', 'string'],
  ]),
  scalar('space', text(['int'], `repeat(' ', {0})`), [['space(2)', '  ', 'string']]),
  scalar('soundex', text(['string'], 'spark_soundex({0})'), [
    ["soundex('Miller')", 'M460', 'string'],
    ["soundex('Ashcraft')", 'A261', 'string'],
    ["soundex('Tymczak')", 'T522', 'string'],
    ["soundex('A')", 'A000', 'string'],
    ["soundex('1a')", '1a', 'string'],
  ]),
  scalar('ascii', whole(['string'], 'ascii({0})'), [
    ["ascii('234')", '50', 'int'],
    ["ascii('')", '0', 'int'],
  ]),
  scalar(
    'chr',
    text(['bigint'], `CASE WHEN {0} < 0 THEN '' ELSE chr(CAST({0} % 256 AS INTEGER)) END`),
    [
      ['chr(65)', 'A', 'string'],
      ['char(65)', 'A', 'string'],
      ['chr(321)', 'A', 'string'],
      ['chr(-9)', '', 'string'],
    ],
    { aliases: ['char'] },
  ),
  scalar(
    'reverse',
    [text(['string'], reversed('{0}')), { takes: ['array'], returns: ofFirst, sql: 'list_reverse({0})' }],
    [
      ['reverse(array(2, 1, NULL))', '[null,1,2]', 'array<int>'],
      ["reverse('Spark SQL')", 'LQS krapS', 'string'],
      ["reverse('a😀')", '😀a', 'string'],
    ],
  ),
  scalar(
    'overlay',
    [
      text(['string', 'string', 'int'], overlaid('-1'), { shown: ['-1'] }),
      text(['string', 'string', 'int', 'int'], overlaid('{3}')),
    ],
    [
      ["overlay('Spark SQL', '_', 6)", 'Spark_SQL', 'string', 'overlay(Spark SQL, _, 6, -1)'],
      ["overlay('Spark SQL', 'ANSI ', 7, 0)", 'Spark ANSI SQL', 'string'],
    ],
  ),
];
