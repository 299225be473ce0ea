/** Databricks' functions that DuckDB lacks and the translator leaves as they are. */
export const macros = [
  // Marks the operand of a cast that was TRY_CAST in the statement.
  'CREATE MACRO try_input(x) AS x',
];
