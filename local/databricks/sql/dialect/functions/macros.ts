/** The text of a number as DuckDB prints it, as a DECIMAL with 20 digits after the point, for |x| < 1e17. */
const EXACT = 'CAST(CAST(x AS VARCHAR) AS DECIMAL(38, 20))';

const CRC_POLYNOMIAL = 0xedb88320;
const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC_POLYNOMIAL : value >>> 1;
  return value >>> 0;
});

/** DuckDB macros that templates share. */
export const FUNCTION_MACROS: readonly string[] = [
  // Digits are those that are printed, so that 1.005 rounds up to 1.01; ties go away from zero, or to the even neighbour.
  `spark_round_double(x, digits) AS CASE WHEN x IS NULL OR digits IS NULL THEN NULL WHEN isnan(x) OR isinf(x) OR abs(x) >= 1e17 THEN x
     ELSE CAST(CAST(round(${EXACT}, digits) AS VARCHAR) AS DOUBLE) END`,
  `spark_digits_of(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)`,
  // A whole number moved to the right by so many digits, as text.
  `spark_pointed(t, digits) AS left(t, -digits) || '.' || right(t, digits)`,
  `spark_scaled(n, digits) AS CASE WHEN digits <= 0 THEN CAST(n AS VARCHAR) || repeat('0', -digits)
     ELSE CASE WHEN n < 0 THEN '-' ELSE '' END || spark_pointed(repeat('0', digits + 1 - length(CAST(abs(n) AS VARCHAR))) || CAST(abs(n) AS VARCHAR), digits) END`,
  `spark_grouped(isNegative, t) AS CASE WHEN length(split_part(t, '.', 1)) > 18
     THEN error('[UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE] format_number of more than 18 digits before the point is not in the local warehouse. SQLSTATE: 0A000')
     ELSE CASE WHEN isNegative THEN '-' ELSE '' END || format('{:,}', CAST(split_part(t, '.', 1) AS BIGINT)) || CASE WHEN contains(t, '.') THEN '.' || split_part(t, '.', 2) ELSE '' END END`,
  `spark_left_padded(t, width) AS CASE WHEN length(t) >= width THEN t ELSE lpad(t, width, ' ') END`,
  `spark_right_padded(t, width) AS CASE WHEN length(t) >= width THEN t ELSE rpad(t, width, ' ') END`,
  `spark_zero_padded(t, width) AS CASE WHEN length(t) >= width THEN t WHEN starts_with(t, '-') THEN '-' || lpad(substring(t, 2), width - 1, '0') ELSE lpad(t, width, '0') END`,
  // Each letter's digit; H and W (7) are passed over, other signs (x) end a run of equal digits.
  `spark_soundex_digit(c) AS CASE WHEN regexp_full_match(c, '[A-Za-z]') THEN translate(upper(c), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '01230127022455012623017202') ELSE 'x' END`,
  `spark_soundex(t) AS CASE WHEN t IS NULL OR t = '' OR NOT regexp_full_match(left(t, 1), '[A-Za-z]') THEN t ELSE rpad(substring(
     list_reduce(list_transform(string_split(substring(t, 2), ''), lambda spark_c: spark_soundex_digit(spark_c)), lambda spark_s, spark_d:
       CASE WHEN spark_d = '7' THEN spark_s WHEN spark_d = 'x' THEN '0' || substring(spark_s, 2)
         WHEN spark_d <> '0' AND spark_d <> left(spark_s, 1) AND length(spark_s) < 5 THEN spark_d || substring(spark_s, 2) || spark_d
         ELSE spark_d || substring(spark_s, 2) END,
       spark_soundex_digit(left(t, 1)) || upper(left(t, 1))), 2), 4, '0') END`,
  `spark_zone_minutes(x) AS CAST((epoch_us(CAST(x AS TIMESTAMP)) - epoch_us(x)) // 60000000 AS BIGINT)`,
  `spark_timestamp_json(x) AS '"' || strftime(CAST(x AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%g') || CASE WHEN spark_zone_minutes(x) = 0 THEN 'Z'
     ELSE CASE WHEN spark_zone_minutes(x) < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(spark_zone_minutes(x)) // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(spark_zone_minutes(x)) % 60 AS VARCHAR), 2, '0') END || '"'`,
  `spark_half_even(n, f) AS n // f + CASE WHEN 2 * abs(n % f) > f OR (2 * abs(n % f) = f AND n // f % 2 <> 0) THEN sign(n) ELSE 0 END`,
  `spark_half_up(n, f) AS CAST(sign(n) AS HUGEINT) * ((2 * abs(n) + f) // (2 * f))`,
  `spark_bround_double(x, digits) AS CASE WHEN x IS NULL THEN NULL WHEN isnan(x) OR isinf(x) OR abs(x) >= 1e17 THEN x
     ELSE CAST(CAST(spark_half_even(spark_digits_of(${EXACT}), CAST('1e' || (20 - digits) AS HUGEINT)) AS VARCHAR) || 'e' || (-digits) AS DOUBLE) END`,
  // One step of Newton's method mends the last digit.
  `spark_cbrt(x) AS CASE WHEN x = 0 OR isnan(x) OR isinf(x) THEN x ELSE cbrt(x) - (cbrt(x) * cbrt(x) * cbrt(x) - x) / (3 * cbrt(x) * cbrt(x)) END`,
  `spark_join(list, separator) AS CASE WHEN separator IS NULL THEN NULL WHEN len(list) = 0 THEN ''
     ELSE list_reduce(list, lambda spark_a, spark_b: spark_a || separator || spark_b) END`,
  `spark_whole_sum(total) AS CASE WHEN total NOT BETWEEN -9223372036854775808 AND 9223372036854775807
     THEN error('[ARITHMETIC_OVERFLOW] long overflow. Use ''try_sum'' to tolerate overflow and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error. SQLSTATE: 22003')
     ELSE CAST(total AS BIGINT) END`,
  `spark_decimal_mean(total, n) AS CASE WHEN n = 0 OR total IS NULL THEN NULL WHEN abs(spark_digits_of(total)) > CAST('1e33' AS HUGEINT)
     THEN error('[UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE] avg of decimals with a sum of more than 33 digits is not in the local warehouse. SQLSTATE: 0A000')
     ELSE spark_half_up(spark_digits_of(total) * 10000, CAST(n AS HUGEINT)) END`,
  `spark_crc32(x BLOB) AS xor(4294967295, list_reduce(list_concat([CAST(4294967295 AS BIGINT)],
     list_transform(range(octet_length(x)), lambda spark_i: CAST((instr('0123456789ABCDEF', substring(hex(x), 2 * spark_i + 1, 1)) - 1) * 16 + instr('0123456789ABCDEF', substring(hex(x), 2 * spark_i + 2, 1)) - 1 AS BIGINT))),
     lambda spark_c, spark_b: xor(spark_c >> 8, [${crcTable.join(', ')}][CAST(xor(spark_c & 255, spark_b) AS INTEGER) + 1])))`,
].map((macro) => `CREATE MACRO ${macro}`);
