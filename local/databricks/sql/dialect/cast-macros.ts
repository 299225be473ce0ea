const BLANKS = String.raw`chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '`;
const NUMBER = String.raw`[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?`;
const DATE = String.raw`([+-]?[0-9]{4,7})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?`;
const TIME = String.raw`([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{0,9}))?)?`;
const ZONE = String.raw`Z|UTC|GMT|(?:UTC|GMT|UT)?[+-][0-9]{1,2}(?::?[0-9]{1,2})?|[A-Za-z]+(?:/[A-Za-z_]+)+`;
const TIMESTAMP = String.raw`${DATE}(?:[T ](?:${TIME})?\s*(${ZONE})?)?`;

const ADVICE = 'Use `try_cast` to tolerate';
const group = (pattern: string, place: number) => `regexp_extract(t, '^(?:${pattern})$', ${place})`;
const two = (text: string) => `lpad(coalesce(nullif(${text}, ''), '1'), 2, '0')`;
const twoOrZero = (text: string) => `lpad(coalesce(nullif(${text}, ''), '0'), 2, '0')`;

/** The macros that casts are made of, by Databricks' rules; each gives NULL for a value without a counterpart. */
export const castMacros: readonly string[] = [
  `spark_trimmed(x) AS trim(x, ${BLANKS})`,
  `spark_text_whole(x) AS CASE WHEN regexp_full_match(spark_trimmed(x), '[+-]?[0-9]+') THEN spark_trimmed(x) END`,
  `spark_text_number(x) AS CASE WHEN regexp_full_match(spark_trimmed(x), '${NUMBER}') THEN spark_trimmed(x) END`,
  `spark_text_double(x) AS CASE WHEN regexp_full_match(spark_trimmed(x), '${NUMBER}[dDfF]?|[+-]?(?i:inf|infinity)|(?i:nan)')
     THEN TRY_CAST(CASE WHEN regexp_full_match(spark_trimmed(x), '${NUMBER}[dDfF]') THEN rtrim(spark_trimmed(x), 'dDfF') ELSE spark_trimmed(x) END AS DOUBLE) END`,
  `spark_text_boolean(x) AS CASE WHEN lower(spark_trimmed(x)) IN ('t', 'true', 'y', 'yes', '1') THEN true
     WHEN lower(spark_trimmed(x)) IN ('f', 'false', 'n', 'no', '0') THEN false END`,
  `spark_ymd(t, p) AS TRY_CAST(regexp_extract(t, p, 1) || '-' || ${two('regexp_extract(t, p, 2)')} || '-' || ${two('regexp_extract(t, p, 3)')} AS DATE)`,
  `spark_text_date(x) AS spark_ymd(spark_trimmed(x), '^${DATE}(?:[T ].*)?$')`,
  `spark_clock(t) AS ${twoOrZero(group(TIMESTAMP, 4))} || ':' || ${twoOrZero(group(TIMESTAMP, 5))} || ':' || ${twoOrZero(group(TIMESTAMP, 6))}
     || '.' || rpad(substr(${group(TIMESTAMP, 7)}, 1, 6), 6, '0')`,
  `spark_offset(z) AS regexp_extract(z, '[+-]', 0) || lpad(regexp_extract(z, '[+-]([0-9]{1,2})', 1), 2, '0') || ':' || lpad(coalesce(nullif(regexp_extract(z, '[+-][0-9]{1,2}:?([0-9]{1,2})', 1), ''), '0'), 2, '0')`,
  `spark_zone(t) AS CASE WHEN ${group(TIMESTAMP, 8)} = '' THEN '' WHEN ${group(TIMESTAMP, 8)} SIMILAR TO '(Z|UTC|GMT)' THEN 'Z'
     WHEN contains(${group(TIMESTAMP, 8)}, '/') THEN ' ' || ${group(TIMESTAMP, 8)} ELSE spark_offset(${group(TIMESTAMP, 8)}) END`,
  `spark_text_timestamp_ntz(x) AS list_transform([spark_trimmed(x)], lambda t:
     TRY_CAST(CAST(spark_ymd(t, '^${TIMESTAMP}$') AS VARCHAR) || ' ' || spark_clock(t) AS TIMESTAMP))[1]`,
  `spark_text_timestamp(x) AS list_transform([spark_trimmed(x)], lambda t:
     TRY_CAST(CAST(spark_ymd(t, '^${TIMESTAMP}$') AS VARCHAR) || ' ' || spark_clock(t) || spark_zone(t) AS TIMESTAMPTZ))[1]`,
  `spark_digits(x) AS list_transform([split_part(CAST(abs(x) AS VARCHAR), 'e', 1)], lambda t: struct_pack(
     d := coalesce(nullif(rtrim(ltrim(replace(t, '.', ''), '0'), '0'), ''), '0'),
     e := CASE WHEN ltrim(split_part(t, '.', 1), '0') <> '' THEN length(ltrim(split_part(t, '.', 1), '0')) - 1
       ELSE length(ltrim(split_part(t, '.', 2), '0')) - length(split_part(t, '.', 2)) - 1 END
       + coalesce(TRY_CAST(split_part(CAST(abs(x) AS VARCHAR), 'e', 2) AS INTEGER), 0)))[1]`,
  `spark_double_text(x) AS CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x < 0 THEN '-Infinity' ELSE 'Infinity' END
     WHEN x = 0 THEN CASE WHEN CAST(x AS VARCHAR) LIKE '-%' THEN '-0.0' ELSE '0.0' END
     WHEN abs(x) >= 0.001 AND abs(x) < 10000000 THEN CASE WHEN CAST(x AS VARCHAR) LIKE '%.%' THEN CAST(x AS VARCHAR) ELSE CAST(x AS VARCHAR) || '.0' END
     ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || spark_digits(x).d[1] || '.' || coalesce(nullif(spark_digits(x).d[2:], ''), '0') || 'E' || CAST(spark_digits(x).e AS VARCHAR) END`,
  `spark_date_text(x) AS CAST(x AS VARCHAR)`,
  `spark_timestamp_text(x) AS CASE WHEN CAST(x AS TIMESTAMP) IS NULL THEN NULL ELSE CAST(CAST(x AS TIMESTAMP) AS VARCHAR) END`,
  `spark_months_text(m) AS CASE WHEN m < 0 THEN '-' ELSE '' END || CAST(abs(m) // 12 AS VARCHAR) || '-' || CAST(abs(m) % 12 AS VARCHAR)`,
  `spark_micros_text(u) AS CASE WHEN u < 0 THEN '-' ELSE '' END || CAST(abs(u) // 86400000000 AS VARCHAR) || ' '
     || lpad(CAST(abs(u) // 3600000000 % 24 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(u) // 60000000 % 60 AS VARCHAR), 2, '0') || ':'
     || lpad(CAST(abs(u) // 1000000 % 60 AS VARCHAR), 2, '0') || '.' || lpad(CAST(abs(u) % 1000000 AS VARCHAR), 6, '0') || '000'`,
  `spark_variant_text(x) AS json_extract_string(x, '$')`,
  `spark_variant_scalar(x) AS CASE WHEN json_type(x) IN ('OBJECT', 'ARRAY') THEN 'no scalar' ELSE json_extract_string(x, '$') END`,
  `spark_malformed(x, t) AS error('[CAST_INVALID_INPUT] The value ''' || x || ''' of the type "STRING" cannot be cast to "' || t
     || '" because it is malformed. Correct the value as per the syntax, or change its target type. ${ADVICE} malformed input and return NULL instead. SQLSTATE: 22018')`,
  `spark_cast_overflow(x, f, t) AS error('[CAST_OVERFLOW] The value ' || x || ' of the type "' || f || '" cannot be cast to "' || t
     || '" due to an overflow. ${ADVICE} overflow and return NULL instead. SQLSTATE: 22003')`,
  `spark_out_of_range(x, p, s) AS error('[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] The ' || x || ' cannot be represented as Decimal(' || CAST(p AS VARCHAR)
     || ', ' || CAST(s AS VARCHAR) || '). If necessary set "ansi_mode" to "false" to bypass this error, and return NULL instead. SQLSTATE: 22003')`,
  // Arithmetic.
  `spark_division_by_zero() AS error('[DIVIDE_BY_ZERO] Division by zero. Use \`try_divide\` to tolerate divisor being 0 and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error. SQLSTATE: 22012')`,
  `spark_remainder_by_zero() AS error('[REMAINDER_BY_ZERO] Remainder by zero. Use \`try_mod\` to tolerate divisor being 0 and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error. SQLSTATE: 22012')`,
  `spark_long_decimal() AS error('[UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE] A DECIMAL that needs more than 38 digits on its way is not in the local warehouse. SQLSTATE: 0A000')`,
  `spark_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)`,
  `spark_decimal_text(x) AS regexp_replace(CAST(x AS VARCHAR), '^(-?)\\.', '\\10.')`,
  `spark_rounded_quotient(a, b) AS a // b + CASE WHEN abs(a % b) >= abs(b) - abs(a % b) THEN CASE WHEN (a < 0) = (b < 0) THEN 1 ELSE -1 END ELSE 0 END`,
  `spark_rounded_interval(a, b) AS CASE WHEN b = 0 AND a IS NOT NULL THEN spark_division_by_zero() ELSE spark_rounded_quotient(CAST(a AS HUGEINT), CAST(b AS HUGEINT)) END`,
  `spark_power(n) AS CAST(pow(2, n) AS HUGEINT)`,
  `spark_modulo(x, m) AS ((x) % (m) + (m)) % (m)`,
  `spark_wrapped(x, bits) AS spark_modulo(x + spark_power(bits - 1), spark_power(bits)) - spark_power(bits - 1)`,
  `spark_shift_left(x, n, bits) AS spark_wrapped(x * spark_power(spark_modulo(n, bits)), bits)`,
  `spark_shift_right(x, n, bits) AS (x - spark_modulo(x, spark_power(spark_modulo(n, bits)))) // spark_power(spark_modulo(n, bits))`,
  `spark_shift_unsigned(x, n, bits) AS spark_wrapped(spark_modulo(x, spark_power(bits)) // spark_power(spark_modulo(n, bits)), bits)`,
  `spark_map(ks, vs) AS CASE WHEN list_position(ks, NULL) IS NOT NULL THEN error('[NULL_MAP_KEY] Cannot use null as map key. SQLSTATE: 2200E')
     WHEN len(list_distinct(ks)) < len(ks) THEN error('[DUPLICATED_MAP_KEY] Duplicate map key was found, please check the input data. SQLSTATE: 23505') ELSE map(ks, vs) END`,
  // JSON text and VARIANT.
  `spark_json(x) AS CASE WHEN json_valid(x) THEN CAST(x AS JSON) END`,
  `spark_json_text(j) AS CASE WHEN json_type(j) = 'NULL' THEN NULL WHEN json_type(j) IN ('OBJECT', 'ARRAY') THEN CAST(j AS VARCHAR) ELSE json_extract_string(j, '$') END`,
  `spark_json_field(j, p, n) AS coalesce(json_extract(j, p), CASE WHEN json_type(j) = 'OBJECT' THEN
     list_transform(list_filter(json_keys(j), lambda k: lower(k) = lower(n)), lambda k: json_extract(j, '$."' || k || '"'))[1] END)`,
  `spark_variant_path(j, p) AS json_extract(j, p)`,
  `spark_map_entries(es) AS spark_map(list_transform(es, lambda e: e.key), list_transform(es, lambda e: e.value))`,
  `spark_places_of(l) AS list_transform(range(len(l)), lambda p: CAST(p AS INTEGER))`,
  `spark_array_index(place, size) AS error('[INVALID_ARRAY_INDEX] The index ' || CAST(place AS VARCHAR) || ' is out of bounds. The array has ' || CAST(size AS VARCHAR) || ' elements. '
     || 'Use the SQL function \`get()\` to tolerate accessing element at invalid index and return NULL instead. SQLSTATE: 22003')`,
].map((macro) => `CREATE MACRO ${macro}`);
