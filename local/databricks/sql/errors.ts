import { SqlError } from './sql-error.ts';

const TYPE_NAMES: Record<string, string> = {
  VARCHAR: 'STRING',
  INT8: 'TINYINT',
  INT16: 'SMALLINT',
  INT32: 'INT',
  INTEGER: 'INT',
  INT64: 'BIGINT',
  BLOB: 'BINARY',
  BOOL: 'BOOLEAN',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMP_NTZ',
};
/** Databricks' name of a type that DuckDB names. */
export const typeName = (name = ''): string => TYPE_NAMES[name.trim()] ?? name.trim();
/** `a.b` as Databricks quotes it: `a`.`b`. */
export const quoted = (name = ''): string =>
  name
    .replaceAll('"', '')
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.');

const NOT_FOUND_ADVICE =
  'Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a schema, verify the current_schema() output, ' +
  'or qualify the name with the correct schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.';

/** A text that is no value of the type that it is cast to. */
export const castInvalid = (value = '', target = ''): SqlError =>
  new SqlError(
    'CAST_INVALID_INPUT',
    '22018',
    `The value '${value}' of the type "STRING" cannot be cast to "${typeName(target)}" because it is malformed. ` +
      'Correct the value as per the syntax, or change its target type. Use `try_cast` to tolerate malformed input and return NULL instead.',
  );

/** `name` is in dots, without quotes. */
export const tableNotFound = (name?: string): SqlError =>
  new SqlError(
    'TABLE_OR_VIEW_NOT_FOUND',
    '42P01',
    `The table or view ${quoted(name)} cannot be found. ${NOT_FOUND_ADVICE}`,
  );

/** TABLE_OR_VIEW_ALREADY_EXISTS. */
export const tableAlreadyExists = (name?: string): SqlError =>
  new SqlError(
    'TABLE_OR_VIEW_ALREADY_EXISTS',
    '42P07',
    `Cannot create table or view ${quoted(name)} because it already exists.\nChoose a different name, drop or replace the existing object, or add the IF NOT EXISTS clause to tolerate pre-existing objects.`,
  );

/** DROP TABLE of a view, DROP VIEW of a table. */
export const wrongKind = (name: string, kind: string, wanted: string): SqlError =>
  new SqlError(
    'WRONG_COMMAND_FOR_OBJECT_TYPE',
    '42809',
    `The operation DROP ${wanted.toUpperCase()} requires a ${wanted.toUpperCase()}. But ${quoted(name)} is a ${kind.toUpperCase()}. Use DROP ${kind.toUpperCase()} instead.`,
  );

/** `name` is in dots, without quotes. */
export const schemaNotFound = (name?: string): SqlError =>
  new SqlError(
    'SCHEMA_NOT_FOUND',
    '42704',
    `The schema ${quoted(name)} cannot be found. Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a catalog, verify the current_schema() output, or qualify the name with the correct catalog.\nTo tolerate the error on drop use DROP SCHEMA IF EXISTS.`,
  );

/** SCHEMA_NOT_EMPTY. */
export const schemaNotEmpty = (name?: string): SqlError =>
  new SqlError(
    'SCHEMA_NOT_EMPTY',
    '2BP01',
    `Cannot drop a schema ${quoted(name)} because it contains objects.\nUse DROP SCHEMA ... CASCADE to drop the schema and all its objects.`,
  );

/** NO_SUCH_CATALOG_EXCEPTION. */
export const catalogNotFound = (name = ''): SqlError =>
  new SqlError(
    'NO_SUCH_CATALOG_EXCEPTION',
    '42704',
    `Catalog '${name}' was not found. Please verify the catalog name and then retry the query or command again.`,
  );

/** UNRESOLVED_COLUMN, with the columns that there are. */
export const unresolvedColumn = (name = '', candidates = ''): SqlError => {
  const what = `A column, variable, or function parameter with name ${quoted(name)} cannot be resolved.`;
  const suggestions = [...candidates.matchAll(/"([^"]+)"/g)].map((found) => quoted(found[1]));
  return suggestions.length > 0
    ? new SqlError(
        'UNRESOLVED_COLUMN.WITH_SUGGESTION',
        '42703',
        `${what} Did you mean one of the following? [${suggestions.join(', ')}].`,
      )
    : new SqlError('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', '42703', what);
};

/** UNBOUND_SQL_PARAMETER. */
export function unboundParameter(names: string): SqlError {
  return new SqlError(
    'UNBOUND_SQL_PARAMETER',
    '42P02',
    `Found the unbound parameter: ${names}. Please, fix \`args\` and provide a mapping of the parameter to either a SQL literal or collection constructor functions such as \`map()\`, \`array()\`, \`struct()\`.`,
  );
}
