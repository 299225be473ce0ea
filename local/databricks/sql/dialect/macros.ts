/** `NaN` and `Infinity` as Spark spells them; DuckDB's exponents are lower case. */
const javaText = `CASE CAST(x AS VARCHAR) WHEN 'nan' THEN 'NaN' WHEN 'inf' THEN 'Infinity' WHEN '-inf' THEN '-Infinity'
         ELSE replace(upper(CAST(x AS VARCHAR)), 'E+', 'E') END`;

/** Texts that Spark takes for whole numbers; DuckDB reads fractions, exponents and underscores as well. */
const isWholeText = (text: string): string => `regexp_full_match(CAST(${text} AS VARCHAR), '\\s*[+-]?[0-9]+\\s*')`;

/** Fractions are cut off, where DuckDB rounds; texts with a fraction are refused. The branch is chosen when the statement is bound. */
function wholeCast(type: string, sparkType = type): string {
  return `(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN CAST(trunc(TRY_CAST(x AS DOUBLE)) AS ${type})
    WHEN typeof(x) LIKE 'DECIMAL%' THEN CAST(trunc(TRY_CAST(x AS DECIMAL(38, 10))) AS ${type})
    WHEN typeof(x) = 'VARCHAR' AND NOT ${isWholeText('x')}
    THEN error('[CAST_INVALID_INPUT] The value ''' || CAST(x AS VARCHAR) || ''' of the type "STRING" cannot be cast to "${sparkType}" because it is malformed. '
      || 'Correct the value as per the syntax, or change its target type. Use \`try_cast\` to tolerate malformed input and return NULL instead. SQLSTATE: 22018')
    ELSE CAST(x AS ${type}) END`;
}

function divisionBy(quotient: string): string {
  return `(a, b) AS CASE WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero. Use \`try_divide\` to tolerate divisor being 0 and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error. SQLSTATE: 22012') ELSE ${quotient} END`;
}

/**
 * Databricks' functions that DuckDB lacks or means otherwise, as DuckDB macros: their parameters and bodies, one for each
 * number of arguments. The macro of `f` is called `spark_f`, which leaves DuckDB's own `f` reachable.
 */
const definitions: Record<string, string[]> = {
  // Dates and times. Arguments may be texts; parts of dates are INT.
  year: ['(x) AS CAST(year(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  month: ['(x) AS CAST(month(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  day: ['(x) AS CAST(day(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  hour: ['(x) AS CAST(hour(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  minute: ['(x) AS CAST(minute(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  second: ['(x) AS CAST(second(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  quarter: ['(x) AS CAST(quarter(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  dayofweek: ['(x) AS CAST(dayofweek(CAST(x AS TIMESTAMP)) + 1 AS INTEGER)'],
  weekday: ['(x) AS CAST(isodow(CAST(x AS TIMESTAMP)) - 1 AS INTEGER)'],
  dayofyear: ['(x) AS CAST(dayofyear(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  weekofyear: ['(x) AS CAST(weekofyear(CAST(x AS TIMESTAMP)) AS INTEGER)'],
  date_add: ['(d, n) AS CAST(d AS DATE) + CAST(n AS INTEGER)'],
  date_sub: ['(d, n) AS CAST(d AS DATE) - CAST(n AS INTEGER)'],
  datediff: ["(a, b) AS CAST(date_diff('day', CAST(b AS DATE), CAST(a AS DATE)) AS INTEGER)"],
  current_timestamp: ['() AS now()'],
  current_date: ['() AS CAST(now() AS DATE)'],
  try_to_timestamp: ['(x) AS TRY_CAST(x AS TIMESTAMPTZ)'],
  try_to_date: ['(x) AS TRY_CAST(x AS DATE)'],
  add_months: ['(d, n) AS CAST(CAST(d AS DATE) + to_months(CAST(n AS INTEGER)) AS DATE)'],
  date_trunc: ['(unit, x) AS date_trunc(unit, CAST(x AS TIMESTAMPTZ))'],
  trunc: [
    `(d, unit) AS CAST(date_trunc(CASE upper(unit) WHEN 'YYYY' THEN 'year' WHEN 'YY' THEN 'year' WHEN 'MM' THEN 'month'
       WHEN 'MON' THEN 'month' ELSE lower(unit) END, CAST(d AS DATE)) AS DATE)`,
  ],
  unix_timestamp: [
    '() AS CAST(floor(epoch(now())) AS BIGINT)',
    '(x) AS CAST(floor(epoch(CAST(x AS TIMESTAMPTZ))) AS BIGINT)',
  ],
  from_unixtime: ["(seconds) AS strftime(CAST(to_timestamp(seconds) AS TIMESTAMP), '%Y-%m-%d %H:%M:%S')"],
  unix_seconds: ['(x) AS CAST(floor(epoch(CAST(x AS TIMESTAMPTZ))) AS BIGINT)'],
  unix_millis: ['(x) AS epoch_ms(CAST(x AS TIMESTAMPTZ))'],
  unix_micros: ['(x) AS epoch_us(CAST(x AS TIMESTAMPTZ))'],
  timestamp_seconds: ['(n) AS to_timestamp(n)'],
  timestamp_millis: ['(n) AS make_timestamptz(CAST(n AS BIGINT) * 1000)'],
  timestamp_micros: ['(n) AS make_timestamptz(CAST(n AS BIGINT))'],
  make_interval: [
    `(years := 0, months := 0, weeks := 0, days := 0, hours := 0, mins := 0, secs := 0) AS to_years(CAST(years AS INTEGER))
       + to_months(CAST(months AS INTEGER)) + to_days(CAST(weeks * 7 + days AS INTEGER)) + to_hours(CAST(hours AS BIGINT))
       + to_minutes(CAST(mins AS BIGINT)) + to_microseconds(CAST(secs * 1000000 AS BIGINT))`,
  ],
  // Text and bytes.
  length: ['(x BLOB) AS CAST(octet_length(x) AS INTEGER), (x VARCHAR) AS CAST(length(x) AS INTEGER)'],
  sha2: [
    "(x, bits) AS CASE WHEN bits IN (0, 256) THEN sha256(x) ELSE error('Not implemented Error: sha2 with other than 256 bits') END",
  ],
  sha: ['(x) AS sha1(x)'],
  base64: ['(x BLOB) AS to_base64(x), (x VARCHAR) AS to_base64(encode(x))'],
  unbase64: ['(x) AS from_base64(x)'],
  hex: ['(x) AS upper(hex(x))'],
  get_json_object: ['(document, path) AS json_extract_string(document, path)'],
  substring_index: [
    `(s, delimiter, n) AS CASE WHEN n >= 0 THEN array_to_string(list_slice(string_split(s, delimiter), 1, n), delimiter)
       ELSE array_to_string(list_slice(string_split(s, delimiter), len(string_split(s, delimiter)) + n + 1,
         len(string_split(s, delimiter))), delimiter) END`,
  ],
  initcap: [
    "(s) AS array_to_string(list_transform(string_split(lower(s), ' '), lambda word: upper(word[1]) || word[2:]), ' ')",
  ],
  regexp_replace: ["(s, pattern, replacement) AS regexp_replace(s, pattern, replacement, 'g')"],
  format_number: ["(x, digits) AS format('{:,.' || digits || 'f}', CAST(x AS DOUBLE))"],
  space: ["(n) AS repeat(' ', n)"],
  find_in_set: ["(word, words) AS CAST(coalesce(list_position(string_split(words, ','), word), 0) AS INTEGER)"],
  concat: ['(a, b) AS a || b'],
  // A text or an array of texts, as concat_ws takes them.
  texts: [
    `(x VARCHAR) AS [x], (x VARCHAR[]) AS x, ${['INTEGER', 'BIGINT', 'DOUBLE', 'DATE'].map((type) => `(x ${type}) AS [CAST(x AS VARCHAR)]`).join(', ')}`,
  ],
  octet_length: ['(x BLOB) AS CAST(octet_length(x) AS INTEGER), (x VARCHAR) AS CAST(strlen(x) AS INTEGER)'],
  e: ['() AS exp(1)'],
  // Numbers. A division by zero is an error, not a NULL or an infinity.
  div: [divisionBy('a / b')],
  int_div: [divisionBy('CAST(a // b AS BIGINT)')],
  mod: [
    `(a, b) AS CASE WHEN b = 0 THEN error('[REMAINDER_BY_ZERO] Remainder by zero. Use \`try_mod\` to tolerate divisor being 0 and return NULL instead. SQLSTATE: 22012') ELSE a % b END`,
  ],
  pmod: ['(a, b) AS ((a % b) + b) % b'],
  ceil: ['(x) AS CAST(ceil(x) AS BIGINT)'],
  floor: ['(x) AS CAST(floor(x) AS BIGINT)'],
  bround: ['(x) AS round_even(x, 0)', '(x, digits) AS round_even(x, digits)'],
  signum: ['(x) AS CAST(sign(x) AS DOUBLE)'],
  log1p: ['(x) AS ln(1 + x)'],
  expm1: ['(x) AS exp(x) - 1'],
  try_add: ['(a, b) AS TRY(a + b)'],
  try_subtract: ['(a, b) AS TRY(a - b)'],
  try_multiply: ['(a, b) AS TRY(a * b)'],
  // Arrays and maps.
  element_at: ['(a, i) AS a[i]'],
  array_join: [
    '(a, delimiter) AS array_to_string(a, delimiter)',
    '(a, delimiter, absent) AS array_to_string(list_transform(a, lambda x: coalesce(CAST(x AS VARCHAR), absent)), delimiter)',
  ],
  array_except: ['(a, b) AS list_filter(list_distinct(a), lambda x: NOT list_contains(b, x))'],
  size: ['(a) AS CAST(len(a) AS INTEGER)'],
  array_size: ['(a) AS CAST(len(a) AS INTEGER)'],
  array_sort: ['(a) AS list_sort(a)'],
  array_repeat: ['(x, n) AS list_transform(generate_series(1, n), lambda i: x)'],
  array_union: ['(a, b) AS list_distinct(list_concat(a, b))'],
  array_position: ['(a, x) AS CAST(coalesce(list_position(a, x), 0) AS BIGINT)'],
  arrays_overlap: ['(a, b) AS list_has_any(a, b)'],
  slice: ['(a, first, n) AS list_slice(a, first, first + n - 1)'],
  flatten: ['(a) AS flatten(a)'],
  sequence: [
    '(first, last) AS generate_series(first, last)',
    '(first, last, step) AS generate_series(first, last, step)',
  ],
  subscript: [
    `(a, key VARCHAR) AS a[key], (a, place) AS CASE WHEN place < 0 OR place >= len(a)
       THEN error('[INVALID_ARRAY_INDEX] The index ' || place || ' is out of bounds. The array has ' || len(a) || ' elements. '
         || 'Use the SQL function \`get()\` to tolerate accessing element at invalid index and return NULL instead. SQLSTATE: 22003')
       ELSE a[place + 1] END`,
  ],
  get: ['(a, place) AS CASE WHEN place >= 0 THEN a[place + 1] END'],
  map_of: ['(keys, items) AS map(keys, items)'],
  map_contains_key: ['(m, key) AS map_contains(m, key)'],
  // Casts.
  cast_string: [
    `(x) AS CASE typeof(x)
       WHEN 'TIMESTAMP WITH TIME ZONE' THEN regexp_replace(CAST(x AS VARCHAR), '[+-][0-9:]+$', '')
       WHEN 'DOUBLE' THEN ${javaText} WHEN 'FLOAT' THEN ${javaText}
       ELSE CAST(x AS VARCHAR) END`,
  ],
  cast_tinyint: [wholeCast('TINYINT')],
  cast_smallint: [wholeCast('SMALLINT')],
  cast_int: [wholeCast('INTEGER', 'INT')],
  cast_bigint: [wholeCast('BIGINT')],
  // Marks the operand of a cast that was TRY_CAST in the statement.
  try_input: ['(x) AS x'],
  try_whole_input: [`(x) AS CASE WHEN typeof(x) = 'VARCHAR' AND NOT ${isWholeText('x')} THEN NULL ELSE x END`],
  // Others.
  typeof: [
    `(x) AS CASE typeof(x) WHEN 'INTEGER' THEN 'int' WHEN 'VARCHAR' THEN 'string' WHEN 'BLOB' THEN 'binary'
       WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'timestamp' WHEN 'TIMESTAMP' THEN 'timestamp_ntz' WHEN '"NULL"' THEN 'void'
       WHEN 'HUGEINT' THEN 'bigint' ELSE lower(typeof(x)) END`,
  ],
  raise_error: ["(message) AS error('[USER_RAISED_EXCEPTION] ' || message || ' SQLSTATE: P0001')"],
  assert_true: [
    "(condition) AS CASE WHEN condition THEN NULL ELSE error('[USER_RAISED_EXCEPTION] The condition is not true! SQLSTATE: P0001') END",
  ],
  monotonically_increasing_id: ['() AS row_number() OVER () - 1'],
  isnull: ['(x) AS x IS NULL'],
  isnotnull: ['(x) AS x IS NOT NULL'],
  equal_null: ['(a, b) AS a IS NOT DISTINCT FROM b'],
};

/** The functions that are called by their macro. */
export const macroFunctions: ReadonlySet<string> = new Set(Object.keys(definitions));

export function macroName(name: string): string {
  return `spark_${name}`;
}

/** The statements that make the macros. */
export const macros: readonly string[] = Object.entries(definitions).map(
  ([name, bodies]) => `CREATE MACRO ${macroName(name)}${bodies.join(', ')}`,
);
