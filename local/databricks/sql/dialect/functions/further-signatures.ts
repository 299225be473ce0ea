/**
 * Numbers of arguments with which Databricks takes a function, and this warehouse does not: of `rand(seed)`, for one. Such a
 * call is refused as missing here, not as wrong. Source: Databricks' reference, "Alphabetical list of built-in functions".
 */
export const FURTHER_COUNTS: Readonly<Record<string, readonly number[]>> = {
  ceil: [2],
  floor: [2],
  regexp_replace: [4],
  rand: [1],
  uuid: [1],
  to_json: [2],
  make_timestamp: [2, 3, 7],
  make_timestamp_ltz: [2, 3, 7],
  make_timestamp_ntz: [2],
  convert_timezone: [2],
  mode: [2],
  max_by: [3],
  min_by: [3],
  levenshtein: [3],
  ntile: [0],
  map_concat: [0],
};
