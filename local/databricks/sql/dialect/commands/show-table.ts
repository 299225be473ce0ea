import type { Relation, RelationColumn } from '../../catalog/catalog-reader.ts';
import { literalRows } from '../../catalog/literal-rows.ts';
import { nameParts, relationName, sameName, schemaName } from '../../catalog/relation-name.ts';
import { tableFacts } from '../../catalog/table-facts.ts';
import { treeText } from '../../catalog/tree-text.ts';
import { schemaNotFound } from '../../errors.ts';
import type { Plan } from '../../engine/plan.ts';
import { unsupported, SqlError } from '../../sql-error.ts';
import { NAME, WITHIN, likeCondition, query, type Command, type CommandContext, type Groups } from './command.ts';
import { aboutTable } from './describe.ts';
import { createTableText } from './create-table-text.ts';
import { visibleRelations } from '../../catalog/visible-objects.ts';

/** SHOW of what one table has, and of tables at length. */
export const showTableCommands: readonly Command[] = [
  [String.raw`show\s+columns\s+(?:in|from)\s+(?<name>${NAME})(?:\s+(?:in|from)\s+(?<in>${NAME}))?`, showColumns],
  [String.raw`show\s+tblproperties\s+(?<name>${NAME})(?:\s*\(\s*(?<key>[^()]+?)\s*\))?`, showTableProperties],
  [String.raw`show\s+create\s+table\s+(?<name>${NAME})`, showCreateTable],
  [String.raw`show\s+table\s+extended${WITHIN}\s+like\s+'(?<like>[^']*)'`, showTableExtended],
  [String.raw`show\s+partitions\s+(?<name>${NAME})`, showPartitions],
];

function showColumns({ name, in: within }: Groups): Plan {
  const full =
    within === undefined
      ? name
      : `${within}.${nameParts(name)
          .map((part) => `\`${part}\``)
          .at(-1)}`;
  return aboutTable(full, (_relation, columns) =>
    query(
      'show',
      literalRows(
        { col_name: 'VARCHAR' },
        columns.map((column) => [column.name]),
      ),
    ),
  );
}

function showTableProperties({ name, key }: Groups): Plan {
  return aboutTable(name, ({ details }) => {
    const wanted = key?.replaceAll(/^['"]|['"]$/g, '');
    const known = Object.entries(details.properties).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const columns = { key: 'VARCHAR', value: 'VARCHAR' };
    if (wanted === undefined) return query('show', literalRows(columns, known));
    const found = known.filter(([candidate]) => candidate === wanted);
    const absent: [string, string] = [wanted, `Table does not have property: ${wanted}`];
    return query('show', literalRows(columns, found.length > 0 ? found : [absent]));
  });
}

function showCreateTable({ name }: Groups): Plan {
  return aboutTable(name, (relation, columns) =>
    query('show', literalRows({ createtab_stmt: 'VARCHAR' }, [[createTableText(relation, columns)]])),
  );
}

/** @throws {@link SqlError} for a table without partitions; the partitions of others are not known here */
function showPartitions({ name }: Groups): Plan {
  return aboutTable(name, (relation) => {
    if (relation.details.partitionColumns.length > 0) throw unsupported('SHOW PARTITIONS');
    throw new SqlError(
      'INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY',
      '42601',
      `The partition command is invalid. Table \`${relation.catalog}\`.\`${relation.schema}\`.\`${relation.name}\` is not partitioned.`,
    );
  });
}

function showTableExtended({ in: within, like }: Groups, { session }: CommandContext): Plan {
  const where = schemaName(nameParts(within), session);
  return {
    ...query('show', ''),
    async resolve(reader) {
      if (!(await reader.hasSchema(where))) throw schemaNotFound(`${where.catalog}.${where.schema}`);
      const found = await reader.rows(
        `SELECT relation FROM ${visibleRelations} WHERE ${sameName(where)} AND ${likeCondition('relation', like)} ORDER BY 1`,
      );
      const rows = [];
      for (const { relation: name } of found) {
        const relation = await reader.require(
          Object.values(relationName([where.catalog, where.schema, String(name)], session)),
        );
        rows.push([relation.schema, relation.name, false, information(relation, await reader.columns(relation))]);
      }
      const columns = { database: 'VARCHAR', tableName: 'VARCHAR', isTemporary: 'BOOLEAN', information: 'VARCHAR' };
      return query('show', literalRows(columns, rows));
    },
  };
}

function information(relation: Relation, columns: RelationColumn[]): string {
  const facts = Object.entries(tableFacts(relation)).map(([fact, value]) => `${fact}: ${value}`);
  const { partitionColumns } = relation.details;
  const partitions =
    partitionColumns.length > 0
      ? [`Partition Columns: [${partitionColumns.map((name) => `\`${name}\``).join(', ')}]`]
      : [];
  return [...facts, ...partitions, `Schema: ${treeText(columns)}`, ''].join('\n');
}
