import type { DuckDBConnection } from '@duckdb/node-api';
import { columnTypeOf, type ColumnType } from '../types/column-type.ts';
import { SESSION_CATALOG, SYSTEM_CATALOGS } from '../engine/catalog-names.ts';
import { tableNotFound } from '../errors.ts';
import { quoteString } from '../quoting.ts';
import type { Session } from '../engine/session.ts';
import { informationSchemaRelation } from './information-schema.ts';
import { backticked, duckdbName, relationName, sameName, temporaryName, type RelationName } from './relation-name.ts';
import { readDetails, type TableDetails } from './table-details.ts';

/** A table or view that the catalog has. */
export interface Relation extends RelationName {
  kind: 'table' | 'view';
  isTemporary: boolean;
  details: TableDetails;
  /** What stands for it in a FROM clause of DuckDB. */
  source: string;
}

/** A column of a table or view. */
export interface RelationColumn {
  name: string;
  type: ColumnType;
  isNullable: boolean;
  comment: string | undefined;
  /** The type's text in lower case, as DESCRIBE writes it. */
  typeText: string;
}

/** Reads what the catalogs hold, on the connection of the statement that asks. */
export class CatalogReader {
  readonly session: Session;
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection, session: Session) {
    this.#connection = connection;
    this.session = session;
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const result = await this.#connection.runAndReadAll(sql);
    return result.getRowObjectsJS();
  }

  /** The table or view of a name as it is written, the session's temporary views first. */
  async find(parts: readonly string[]): Promise<Relation | undefined> {
    const [only = ''] = parts;
    const known = informationSchemaRelation(parts, this.session);
    if (known !== undefined) return this.#systemView(parts, known);
    if (parts.length === 1 && this.session.views.has(only.toLowerCase()))
      return this.#lookUp(temporaryName(only, this.session));
    const name = relationName(parts, this.session);
    return SYSTEM_CATALOGS.includes(name.catalog.toLowerCase()) ? undefined : this.#lookUp(name);
  }

  /** @throws {@link SqlError} TABLE_OR_VIEW_NOT_FOUND */
  async require(parts: readonly string[]): Promise<Relation> {
    const relation = await this.find(parts);
    if (relation === undefined) throw tableNotFound(backticked(relationName(parts, this.session)).replaceAll('`', ''));
    return relation;
  }

  async columns(relation: Relation): Promise<RelationColumn[]> {
    const result = await this.#connection.run(`SELECT * FROM ${relation.source} LIMIT 0`);
    const known = await this.rows(
      `SELECT column_name, comment, is_nullable FROM duckdb_columns() WHERE ${sameName({ database_name: relation.catalog, schema_name: relation.schema, table_name: relation.name })}`,
    );
    return result.columnNames().map((name, index) => {
      const row = known.find(({ column_name: column }) => column === name);
      const type = columnTypeOf(result.columnType(index));
      return {
        name,
        type,
        isNullable: row?.['is_nullable'] !== false,
        comment: typeof row?.['comment'] === 'string' ? row['comment'] : undefined,
        typeText: relation.details.declaredTypes[name] ?? typeTextOf(type),
      };
    });
  }

  async #lookUp(name: RelationName): Promise<Relation | undefined> {
    const where = sameName({ database_name: name.catalog, schema_name: name.schema });
    const [row] = await this.rows(
      `SELECT database_name, schema_name, table_name, 'table' AS kind, comment FROM duckdb_tables() WHERE ${where} AND ${sameName({ table_name: name.name })}
       UNION ALL SELECT database_name, schema_name, view_name, 'view', comment FROM duckdb_views() WHERE ${where} AND ${sameName({ view_name: name.name })} AND NOT internal`,
    );
    if (row === undefined) return undefined;
    const found = {
      catalog: String(row['database_name']),
      schema: String(row['schema_name']),
      name: String(row['table_name']),
    };
    return {
      ...found,
      kind: row['kind'] === 'view' ? 'view' : 'table',
      isTemporary: found.catalog === SESSION_CATALOG,
      details: readDetails(row['comment']),
      source: duckdbName(found),
    };
  }

  #systemView(parts: readonly string[], source: string): Relation {
    const details = readDetails(undefined);
    return { ...relationName(parts, this.session), kind: 'view', isTemporary: false, details, source };
  }

  /** Whether there is such a schema, by `[catalog, schema]`. */
  async hasSchema({ catalog, schema }: { catalog: string; schema: string }): Promise<boolean> {
    const where = sameName({ database_name: catalog, schema_name: schema });
    const rows = await this.rows(`SELECT 1 FROM duckdb_schemas() WHERE ${where}`);
    return rows.length > 0;
  }

  async hasCatalog(catalog: string): Promise<boolean> {
    const rows = await this.rows(
      `SELECT 1 FROM duckdb_databases() WHERE lower(database_name) = lower(${quoteString(catalog)})`,
    );
    return rows.length > 0 && !SYSTEM_CATALOGS.includes(catalog.toLowerCase());
  }
}

/** `ARRAY<INT>` as `array<int>`, `MAP<STRING, INT>` as `map<string,int>`, `STRUCT<a: INT>` as `struct<a:int>`; names of fields keep their case. */
export function typeTextOf(type: ColumnType): string {
  switch (type.kind) {
    case 'array':
      return `array<${typeTextOf(type.element)}>`;
    case 'map':
      return `map<${typeTextOf(type.key)},${typeTextOf(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${typeTextOf(field.type)}`).join(',')}>`;
    default:
      return type.text.toLowerCase();
  }
}
