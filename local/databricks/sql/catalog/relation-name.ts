import { SESSION_CATALOG } from '../engine/catalog-names.ts';
import { quoteIdentifier, quoteString } from '../quoting.ts';
import type { Session } from '../engine/session.ts';

/** Where a table or view is: catalog, schema and name, without quotes. */
export interface RelationName {
  catalog: string;
  schema: string;
  name: string;
}

/** The parts of a name as it is written: quotes gone, doubled backticks single. */
export function nameParts(text = ''): string[] {
  return [...text.matchAll(/`((?:[^`]|``)+)`|(\w+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('``', '`') ?? bare ?? '',
  );
}

/** A table's or view's full name, from where the session stands. */
export function relationName(parts: readonly string[], session: Session): RelationName {
  const [name = '', schema = session.schema, catalog = session.catalog] = parts.toReversed();
  return { catalog, schema, name };
}

/** A schema's catalog and name, from where the session stands. */
export function schemaName(parts: readonly string[], session: Session): { catalog: string; schema: string } {
  const [schema = session.schema, catalog = session.catalog] = parts.toReversed();
  return { catalog, schema };
}

/** The name of a temporary view of a session. */
export function temporaryName(name: string, session: Session): RelationName {
  return { catalog: SESSION_CATALOG, schema: session.viewSchema, name };
}

/** A relation's name, quoted for DuckDB. */
export function duckdbName({ catalog, schema, name }: RelationName): string {
  return [catalog, schema, name].map(quoteIdentifier).join('.');
}

/** As Databricks writes it in errors: each part in backticks. */
export function backticked({ catalog, schema, name }: RelationName): string {
  return [catalog, schema, name].map((part) => `\`${part.replaceAll('`', '``')}\``).join('.');
}

/** A DuckDB condition that finds a name in columns, whatever its case. */
export function sameName(columns: Record<string, string>): string {
  return Object.entries(columns)
    .map(([column, name]) => `lower(${column}) = lower(${quoteString(name)})`)
    .join(' AND ');
}
