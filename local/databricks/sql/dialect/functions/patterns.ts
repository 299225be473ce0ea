import { array, types } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import type { Expression } from '../analysis/expression.ts';
import { SqlError } from '../../sql-error.ts';
import { notInWarehouse, refusal } from './failures.ts';
import { scalar, type Form, type SqlFunction } from './function.ts';
import { javaPattern, javaReplacement, type Pattern } from './java-pattern.ts';
import { verbatim } from './render.ts';

type Args = readonly Expression[];

const literal = (text: string): string => verbatim(quoteString(text));

const patternAt = (args: Args, index: number): Pattern => javaPattern(String(args[index]?.constant));

/** A search in `{0}` by the pattern; text in which RE2 and Java may find otherwise is refused. */
function searched(pattern: Pattern, search: string): string {
  const guards: string[] = [];
  if (pattern.asciiOnly)
    guards.push(
      `WHEN regexp_matches({0}, '[^\\x00-\\x7F]') THEN ${refusal('A regular expression with word boundaries or (?i) in text beyond ASCII')}`,
    );
  if (pattern.hasEnd)
    guards.push(
      `WHEN regexp_matches({0}, '[\\n\\r\\x{85}\\x{2028}\\x{2029}]\\z') THEN ${refusal('A regular expression with $ before a last line break')}`,
    );
  return guards.length === 0 ? search : `CASE ${guards.join(' ')} ELSE ${search} END`;
}

/** Where matches are sought one after another, those of nothing count otherwise. */
function walked(pattern: Pattern, source: unknown): string {
  if (pattern.matchesEmpty) throw notInWarehouse(`The regular expression '${String(source)}', which matches nothing,`);
  return literal(pattern.re2);
}

const all =
  (sql: (pattern: Pattern, re2: string, args: Args) => string): Form['sql'] =>
  (args) => {
    const pattern = patternAt(args, 1);
    return searched(pattern, sql(pattern, walked(pattern, args[1]?.constant), args));
  };

/** The group that an extraction asks for, the first one unless it says. */
function groupOf(name: string, pattern: Pattern, args: Args): number {
  const group = args[2] === undefined ? 1 : Number(args[2].constant);
  if (group >= 0 && group <= pattern.groups) return group;
  throw new SqlError(
    'INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX',
    '22023',
    `The value of parameter(s) \`idx\` in \`${name}\` is invalid: Expects group index between 0 and ${pattern.groups}, but got ${group}.`,
  );
}

const extracted: Form['sql'] = (args) => {
  const pattern = patternAt(args, 1);
  const group = groupOf('regexp_extract', pattern, args);
  return searched(
    pattern,
    `coalesce(regexp_extract({0}, ${literal(pattern.re2)}, ${group}), CASE WHEN {0} IS NOT NULL THEN '' END)`,
  );
};
const extractedAll = all((pattern, re2, args) => {
  const group = groupOf('regexp_extract_all', pattern, args);
  return `list_transform(regexp_extract_all({0}, ${re2}, ${group}), lambda m: coalesce(m, ''))`;
});

const matched: Form['sql'] = (args) => {
  const pattern = patternAt(args, 1);
  return searched(pattern, `regexp_matches({0}, ${literal(pattern.re2)})`);
};

/** Java's split: the rest from the last allowed piece on stays whole. */
function split(args: Args): string {
  const source = String(args[1]?.constant);
  const limit = args[2] === undefined ? -1 : Number(args[2].constant);
  if (source === '') {
    if (limit > 0) throw notInWarehouse("split by '' with a limit");
    return "string_split({0}, '')";
  }
  const pattern = javaPattern(source);
  const re2 = walked(pattern, source);
  if (limit <= 0) return searched(pattern, `regexp_split_to_array({0}, ${re2})`);
  if (pattern.groups > 0) throw notInWarehouse('split by a regular expression with groups and a limit');
  const first = `^(?s:(.*?))(?:${pattern.re2})(?s:(.*))$`;
  let pieces = '[{0}]';
  for (let count = 1; count < limit; count++) {
    if (count > MAX_SPLIT_LIMIT) throw notInWarehouse(`split with a limit of ${limit}`);
    pieces = `list_transform([${pieces}], lambda p: CASE WHEN len(p) = ${count} AND regexp_matches(p[-1], ${re2}) THEN list_concat(list_slice(p, 1, ${count - 1}), [regexp_extract(p[-1], ${literal(first)}, 1), regexp_extract(p[-1], ${literal(first)}, 2)]) ELSE p END)[1]`;
  }
  return searched(pattern, `CASE WHEN {0} IS NULL THEN NULL ELSE ${pieces} END`);
}
const MAX_SPLIT_LIMIT = 8;

const replaced: Form['sql'] = all(
  (pattern, re2, args) =>
    `regexp_replace({0}, ${re2}, ${literal(javaReplacement(String(args[2]?.constant), pattern.groups))}, 'g')`,
);

/** Functions of regular expressions, whose patterns have to be literals. */
export const PATTERN_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'split',
    [
      { takes: ['string', 'stringLiteral'], returns: array(types.string), sql: split, shown: ['-1'] },
      { takes: ['string', 'stringLiteral', 'intLiteral'], returns: array(types.string), sql: split },
    ],
    [
      [
        "split('oneAtwoBthreeC', '[ABC]')",
        '["one","two","three",""]',
        'array<string>',
        'split(oneAtwoBthreeC, [ABC], -1)',
      ],
      ["split('oneAtwoBthreeC', '[ABC]', 2)", '["one","twoBthreeC"]', 'array<string>'],
      ["split('a,b,,c', ',')", '["a","b","","c"]', 'array<string>', 'split(a,b,,c, ,, -1)'],
      ["split('a.b', '\\\\.')", '["a","b"]', 'array<string>', 'split(a.b, \\., -1)'],
      ["split('abc', '')", '["a","b","c"]', 'array<string>', 'split(abc, , -1)'],
    ],
  ),
  scalar(
    'rlike',
    { takes: ['string', 'stringLiteral'], returns: types.boolean, sql: matched },
    [
      [
        "rlike('%SystemDrive%\\\\Users\\\\John', '%SystemDrive%\\\\\\\\Users.*')",
        'true',
        'boolean',
        'RLIKE(%SystemDrive%\\Users\\John, %SystemDrive%\\\\Users.*)',
      ],
      ["regexp_like('abc', '^b')", 'false', 'boolean', 'REGEXP_LIKE(abc, ^b)'],
      ["regexp('Straße', '(?:s|ß)e$')", 'true', 'boolean', 'REGEXP(Straße, (?:s|ß)e$)'],
    ],
    { aliases: ['regexp', 'regexp_like'], titles: { rlike: 'RLIKE', regexp: 'REGEXP', regexp_like: 'REGEXP_LIKE' } },
  ),
  scalar(
    'regexp_extract',
    [
      { takes: ['string', 'stringLiteral'], returns: types.string, sql: extracted, shown: ['1'] },
      { takes: ['string', 'stringLiteral', 'intLiteral'], returns: types.string, sql: extracted },
    ],
    [
      [
        "regexp_extract('100-200', '(\\\\d+)-(\\\\d+)', 1)",
        '100',
        'string',
        'regexp_extract(100-200, (\\d+)-(\\d+), 1)',
      ],
      ["regexp_extract('100-200', '(\\\\d+)-(\\\\d+)')", '100', 'string', 'regexp_extract(100-200, (\\d+)-(\\d+), 1)'],
      ["regexp_extract('foo', '(\\\\d+)', 0)", '', 'string', 'regexp_extract(foo, (\\d+), 0)'],
      ["regexp_extract('b', '(a)?b')", '', 'string', 'regexp_extract(b, (a)?b, 1)'],
    ],
  ),
  scalar(
    'regexp_extract_all',
    [
      { takes: ['string', 'stringLiteral'], returns: array(types.string), sql: extractedAll, shown: ['1'] },
      { takes: ['string', 'stringLiteral', 'intLiteral'], returns: array(types.string), sql: extractedAll },
    ],
    [
      [
        "regexp_extract_all('100-200, 300-400', '(\\\\d+)-(\\\\d+)', 1)",
        '["100","300"]',
        'array<string>',
        'regexp_extract_all(100-200, 300-400, (\\d+)-(\\d+), 1)',
      ],
    ],
  ),
  scalar(
    'regexp_replace',
    { takes: ['string', 'stringLiteral', 'stringLiteral'], returns: types.string, sql: replaced, shown: ['1'] },
    [
      ["regexp_replace('100-200', '(\\\\d+)', 'num')", 'num-num', 'string', 'regexp_replace(100-200, (\\d+), num, 1)'],
      [
        "regexp_replace('John Smith', '(\\\\w+) (\\\\w+)', '$2, $1')",
        'Smith, John',
        'string',
        'regexp_replace(John Smith, (\\w+) (\\w+), $2, $1, 1)',
      ],
    ],
  ),
  scalar(
    'regexp_count',
    {
      takes: ['string', 'stringLiteral'],
      returns: types.int,
      sql: all((_, re2) => `CAST(len(regexp_extract_all({0}, ${re2})) AS INTEGER)`),
    },
    [["regexp_count('Steven Jones and Stephen Smith are the best players', 'Ste(v|ph)en')", '2', 'int']],
  ),
  scalar(
    'regexp_substr',
    {
      takes: ['string', 'stringLiteral'],
      returns: types.string,
      sql: (args) => {
        const pattern = patternAt(args, 1);
        return searched(
          pattern,
          `CASE WHEN regexp_matches({0}, ${literal(pattern.re2)}) THEN regexp_extract({0}, ${literal(pattern.re2)}) END`,
        );
      },
      nullable: true,
    },
    [
      ["regexp_substr('Steven Jones and Stephen Smith are the best players', 'Ste(v|ph)en')", 'Steven', 'string'],
      ["regexp_substr('Mary', 'Ste(v|ph)en')", null, 'string'],
    ],
  ),
];
