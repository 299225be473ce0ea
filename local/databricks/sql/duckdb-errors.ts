import {
  typeName,
  quoted,
  castInvalid,
  tableNotFound,
  tableAlreadyExists,
  schemaNotFound,
  catalogNotFound,
  unresolvedColumn,
  unboundParameter,
} from './errors.ts';
import { SqlError, unsupported } from './sql-error.ts';

type Match = RegExpExecArray;
interface Rule {
  pattern: RegExp;
  error(match: Match): SqlError;
}

const rules: Rule[] = [
  { pattern: /Max expression depth limit/, error: () => unsupported('A statement that is nested so deeply') },
  // Raised by our own macros and by the encoder, already in Databricks' words.
  {
    pattern: /\[([A-Z][A-Z_.]+)\] ([^]*?) SQLSTATE: (\w{5})/,
    error: ([, errorClass = '', detail = '', state = '']) => new SqlError(errorClass, state, detail),
  },
  {
    pattern: /Could not convert string '([^]*?)' to '?([\w ()0-9,]+)/,
    error: ([, value, type]) => castInvalid(value, type),
  },
  {
    pattern:
      /(?:invalid (?:date|timestamp|interval) field format|date field value out of range|timestamp field value out of range|Could not parse string)[^"']*["']([^"']*)/i,
    error: ([message, value]) => castInvalid(value, /timestamp/i.test(message) ? 'TIMESTAMP WITH TIME ZONE' : 'DATE'),
  },
  {
    pattern: /Type (\S+)(?: with value (\S+))? can't be cast.*out of range for the destination type (\S+)/,
    error: ([, from, value, to]) =>
      new SqlError(
        'CAST_OVERFLOW',
        '22003',
        `The value ${value} of the type "${typeName(from)}" cannot be cast to "${typeName(to)}" due to an overflow. Use \`try_cast\` to tolerate overflow and return NULL instead.`,
      ),
  },
  {
    pattern:
      /Could not cast value (\S+) to DECIMAL\((\d+),(\d+)\)|Casting value "([^"]+)" to type DECIMAL\((\d+),(\d+)\) failed/,
    error: (match) =>
      new SqlError(
        'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION',
        '22003',
        `The ${match[1] ?? match[4]} cannot be represented as Decimal(${match[2] ?? match[5]}, ${match[3] ?? match[6]}).`,
      ),
  },
  { pattern: /Could not cast value '?([^']*?)'? to (\w+)/, error: ([, value, type]) => castInvalid(value, type) },
  {
    pattern: /Out of Range Error: (?:Overflow in|.*overflow)/i,
    error: () =>
      new SqlError(
        'ARITHMETIC_OVERFLOW',
        '22003',
        'integer overflow. Use \'try_add\' to tolerate overflow and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error.',
      ),
  },
  {
    pattern: /Out of Range Error: (.*)/,
    error: ([, detail = '']) => new SqlError('NUMERIC_VALUE_OUT_OF_RANGE', '22003', detail),
  },
  { pattern: /Table with name (\S+) does not exist/, error: ([, name]) => tableNotFound(name) },
  { pattern: /View with name (\S+) does not exist/, error: ([, name]) => tableNotFound(name) },
  {
    pattern: /(?:Scalar|Aggregate|Table|Macro)?\s?(?:Function|Macro) with name (\S+) does not exist/,
    error: ([, name]) =>
      new SqlError(
        'UNRESOLVED_ROUTINE',
        '42883',
        `Cannot resolve routine ${quoted(name)} on search path [\`system\`.\`builtin\`, \`system\`.\`session\`].`,
      ),
  },
  { pattern: /No catalog \+ schema named "([^"]+)" found/, error: ([, name]) => schemaNotFound(name) },
  { pattern: /Schema with name "?([^\s"]+)"? does not exist/, error: ([, name]) => schemaNotFound(name) },
  {
    pattern: /Catalog "?([^\s"]+)"? does not exist/,
    error: ([, name]) => catalogNotFound(name),
  },
  {
    pattern: /Schema with name "?([^\s"]+)"? already exists/,
    error: ([, name]) =>
      new SqlError(
        'SCHEMA_ALREADY_EXISTS',
        '42P06',
        `Cannot create schema ${quoted(name)} because it already exists.\nChoose a different name, drop the existing schema, or add the IF NOT EXISTS clause to tolerate pre-existing schema.`,
      ),
  },
  {
    pattern: /Existing object (\S+) is of type \w+, trying to replace/,
    error: ([, name]) => tableAlreadyExists(name),
  },
  {
    pattern: /(?:Table|View) with name "?([^\s"]+)"? already exists/,
    error: ([, name]) => tableAlreadyExists(name),
  },
  {
    pattern: /Referenced column "([^"]+)" (?:was )?not found[^]*?(?:Candidate bindings: ([^\n]*))/,
    error: ([, name, candidates]) => unresolvedColumn(name, candidates),
  },
  { pattern: /Referenced column "([^"]+)"/, error: ([, name]) => unresolvedColumn(name) },
  {
    pattern: /Table "([^"]+)" does not have a column named "([^"]+)"[^]*?(?:Candidate bindings: : ([^\n]*))?/,
    error: ([, table, name, candidates]) => unresolvedColumn(`${table}.${name}`, candidates),
  },
  { pattern: /Referenced table "([^"]+)" not found/, error: ([, name]) => unresolvedColumn(name) },
  {
    pattern: /Ambiguous reference to column name "([^"]+)"/,
    error: ([, name]) => new SqlError('AMBIGUOUS_REFERENCE', '42704', `Reference ${quoted(name)} is ambiguous.`),
  },
  {
    pattern: /column "?([^"\s]+)"? must appear in the GROUP BY clause/,
    error: ([, name]) =>
      new SqlError(
        'MISSING_AGGREGATION',
        '42803',
        `The non-aggregating expression ${quoted(name)} is based on columns which are not participating in the GROUP BY clause.`,
      ),
  },
  {
    pattern: /No function matches the given name and argument types '([^']+)'/,
    error: ([, call = '']) =>
      new SqlError(
        'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
        '42K09',
        `Cannot resolve "${call}" due to data type mismatch.`,
      ),
  },
  {
    pattern: /More than one row returned by a subquery/,
    error: () =>
      new SqlError(
        'SCALAR_SUBQUERY_TOO_MANY_ROWS',
        '21000',
        'More than one row returned by a subquery used as an expression.',
      ),
  },
  {
    pattern: /aggregate function calls cannot be nested/,
    error: () =>
      new SqlError(
        'NESTED_AGGREGATE_FUNCTION',
        '42607',
        'It is not allowed to use an aggregate function in the argument of another aggregate function. Please use the inner aggregate function in a sub-query.',
      ),
  },
  {
    pattern: /WHERE clause cannot contain window functions/,
    error: () =>
      new SqlError(
        'INVALID_WHERE_CONDITION',
        '42903',
        'The WHERE condition contains invalid expressions. Rewrite the query to avoid window functions, aggregate functions, and generator functions in the WHERE clause.',
      ),
  },
  {
    pattern: /Values were not provided for the following prepared statement parameters: (.*)/,
    error: ([, names = '']) => unboundParameter(names),
  },
  {
    pattern: /NOT NULL constraint failed: (\S+)/,
    error: ([, name]) =>
      new SqlError('DELTA_NOT_NULL_CONSTRAINT_VIOLATED', '23502', `NOT NULL constraint violated for column: ${name}.`),
  },
  {
    // The only checks that tables have are the lengths of VARCHAR(n).
    pattern: /CHECK constraint failed on table (\S+) with expression CHECK\(\(length\("?(.+?)"?\) <= (\d+)\)\)/,
    error: ([, , column = '', length = '']) =>
      new SqlError(
        'DELTA_EXCEED_CHAR_VARCHAR_LIMIT',
        '22001',
        `Value exceeds char/varchar type length limitation. Failed check: (isnull(${column}) OR (length(${column}) <= ${length})).`,
      ),
  },
  {
    pattern: /Constraint Error: (.*)/,
    error: ([, detail = '']) => new SqlError('DELTA_VIOLATE_CONSTRAINT_WITH_VALUES', '23001', detail),
  },
  {
    pattern: /Parser Error: syntax error at or near "([^"]*)"/,
    error: ([, near = '']) => new SqlError('PARSE_SYNTAX_ERROR', '42601', `Syntax error at or near '${near}'.`),
  },
  {
    pattern: /Parser Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('PARSE_SYNTAX_ERROR', '42601', `Syntax error: ${detail}`),
  },
  {
    pattern: /(?:TransactionContext|Transaction) Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('DELTA_CONCURRENT_WRITE', '2D521', detail),
  },
  {
    pattern: /Permission Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('INSUFFICIENT_PERMISSIONS', '42501', detail),
  },
  {
    pattern: /Not implemented Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE', '0A000', detail),
  },
  {
    pattern: /Out of Memory Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('UNABLE_TO_ACQUIRE_MEMORY', '53200', detail),
  },
  {
    pattern: /Conversion Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('CAST_INVALID_INPUT', '22018', detail),
  },
  { pattern: /Binder Error: ([^\n]*)/, error: ([, detail = '']) => new SqlError('DATATYPE_MISMATCH', '42K09', detail) },
  {
    pattern: /Catalog Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('UNRESOLVED_ROUTINE', '42883', detail),
  },
  {
    pattern: /Invalid Input Error: ([^\n]*)/,
    error: ([, detail = '']) => new SqlError('INVALID_PARAMETER_VALUE', '22023', detail),
  },
];

/** What Databricks would say in place of a DuckDB error. */
export function sqlErrorOf(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  if (error instanceof RangeError && error.message.includes('call stack')) return tooComplex();
  const message = error instanceof Error ? error.message : String(error);
  for (const rule of rules) {
    const match = rule.pattern.exec(message);
    if (match !== null) return rule.error(match);
  }
  return new SqlError('INTERNAL_ERROR', 'XX000', message);
}

function tooComplex(): SqlError {
  return new SqlError(
    'FAILED_TO_PARSE_TOO_COMPLEX',
    '54001',
    'The statement, including potential SQL functions and referenced views, was too complex to parse. To mitigate this error divide the statement into multiple, less complex chunks.',
  );
}
