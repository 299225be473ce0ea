import type { Relation, RelationColumn } from '../../catalog/catalog-reader.ts';

const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const name = (part: string): string => (/^\w+$/.test(part) ? part : `\`${part.replaceAll('`', '``')}\``);

/** The statement that would make a table or view, as SHOW CREATE TABLE writes it. */
export function createTableText(relation: Relation, columns: RelationColumn[]): string {
  const { details, kind } = relation;
  const fullName = [relation.catalog, relation.schema, relation.name].map(name).join('.');
  const comment = details.comment === undefined ? [] : [`COMMENT ${text(details.comment)}`];
  const properties = Object.entries(details.properties).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const propertyLines =
    properties.length === 0
      ? []
      : [`TBLPROPERTIES (\n${properties.map(([key, value]) => `  ${text(key)} = ${text(value)}`).join(',\n')})`];
  if (kind === 'view')
    return [
      `CREATE VIEW ${fullName} (\n${columns.map((column) => `  ${name(column.name)}${commentOf(column)}`).join(',\n')})`,
      ...comment,
      ...propertyLines,
      `AS ${details.viewText ?? ''}`,
    ].join('\n');
  const partitions =
    details.partitionColumns.length > 0 ? [`PARTITIONED BY (${details.partitionColumns.map(name).join(', ')})`] : [];
  const clusters =
    details.clusterColumns.length > 0 ? [`CLUSTER BY (${details.clusterColumns.map(name).join(', ')})`] : [];
  const lines = [...columns.map(columnText), ...constraintTexts(relation)].map((line) => `  ${line}`);
  const head = `CREATE TABLE ${fullName} (\n${lines.join(',\n')})`;
  return [head, 'USING delta', ...partitions, ...clusters, ...comment, ...propertyLines, ''].join('\n');
}

const commentOf = ({ comment }: RelationColumn): string => (comment === undefined ? '' : ` COMMENT ${text(comment)}`);

function columnText(column: RelationColumn): string {
  return `${name(column.name)} ${column.typeText.toUpperCase()}${column.isNullable ? '' : ' NOT NULL'}${commentOf(column)}`;
}

function constraintTexts({ details }: Relation): string[] {
  const key = details.primaryKey;
  const list = (columns: string[]): string => columns.map((column) => `\`${column}\``).join(', ');
  return [
    ...(key !== undefined ? [`CONSTRAINT \`${key.name}\` PRIMARY KEY (${list(key.columns)})`] : []),
    ...details.foreignKeys.map(
      ({ name: constraint, columns, parent, parentColumns }) =>
        `CONSTRAINT \`${constraint}\` FOREIGN KEY (${list(columns)}) REFERENCES \`${parent.catalog}\`.\`${parent.schema}\`.\`${parent.name}\` (${list(parentColumns)})`,
    ),
  ];
}
