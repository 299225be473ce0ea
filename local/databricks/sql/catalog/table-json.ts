import type { ColumnType } from '../types/column-type.ts';
import { CURRENT_USER } from '../engine/session.ts';
import type { Relation, RelationColumn } from './catalog-reader.ts';
import { locationOf } from './table-facts.ts';

/**
 * A table as `DESCRIBE EXTENDED … AS JSON` has it (docs.databricks.com, "DESCRIBE TABLE", JSON formatted output); absent
 * facts are absent fields.
 */
export function tableJson(relation: Relation, columns: RelationColumn[]): object {
  const { catalog, schema, name, kind, details } = relation;
  const isView = kind === 'view';
  return {
    table_name: name,
    catalog_name: catalog,
    namespace: [schema],
    schema_name: schema,
    columns: columns.map(columnJson),
    ...(details.partitionColumns.length > 0 ? { partition_columns: details.partitionColumns } : {}),
    ...(isView ? {} : { location: locationOf(relation), provider: 'delta' }),
    ...(details.comment === undefined ? {} : { comment: details.comment }),
    type: isView ? 'VIEW' : 'MANAGED',
    ...(isView ? { view_text: details.viewText, view_original_text: details.viewText } : {}),
    table_properties: details.properties,
    owner: CURRENT_USER,
    created_time: new Date(details.createdMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    last_access: 'UNKNOWN',
    created_by: 'Spark 3.5.0',
    ...(isView ? {} : { is_managed_location: true }),
  };
}

function columnJson({ name, type, typeText, comment, isNullable }: RelationColumn): object {
  const [, kind, length] = /^(varchar|char)\((\d+)\)$/.exec(typeText) ?? [];
  return {
    name,
    type: kind === undefined ? typeJson(type) : { name: kind, length: Number(length) },
    ...(comment === undefined ? {} : { comment }),
    nullable: isNullable,
  };
}

function typeJson(type: ColumnType): object {
  switch (type.kind) {
    case 'array':
      return { name: 'array', element_type: typeJson(type.element), element_nullable: true };
    case 'map':
      return {
        name: 'map',
        key_type: typeJson(type.key),
        value_type: typeJson(type.value),
        value_nullable: true,
      };
    case 'struct':
      return {
        name: 'struct',
        fields: type.fields.map((field) => ({ name: field.name, type: typeJson(field.type), nullable: true })),
      };
    case 'decimal':
      return { name: 'decimal', precision: type.precision, scale: type.scale };
    case 'string':
      return { name: 'string', collation: 'UTF8_BINARY' };
    case 'timestamp':
      return { name: 'timestamp_ltz' };
    default:
      return { name: type.text.toLowerCase() };
  }
}
