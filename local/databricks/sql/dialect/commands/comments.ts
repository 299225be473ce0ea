import { duckdbName, type RelationName } from '../../catalog/relation-name.ts';
import type { TableDetails } from '../../catalog/table-details.ts';
import { quoteIdentifier, quoteString } from '../../quoting.ts';

type Kind = 'table' | 'view';

/** Keeps the details of a table or view; see {@link TableDetails}. */
export function detailsStatement(kind: Kind, name: RelationName, details: TableDetails): string {
  return `COMMENT ON ${kind.toUpperCase()} ${duckdbName(name)} IS ${quoteString(JSON.stringify(details))}`;
}

/** COMMENT ON COLUMN; undefined takes the comment away. */
export function columnCommentStatement(name: RelationName, column: string, comment: string | undefined): string {
  return `COMMENT ON COLUMN ${duckdbName(name)}.${quoteIdentifier(column)} IS ${comment === undefined ? 'NULL' : quoteString(comment)}`;
}
