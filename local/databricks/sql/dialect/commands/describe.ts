import type { Relation, RelationColumn } from '../../catalog/catalog-reader.ts';
import { typeTextOf } from '../../catalog/catalog-reader.ts';
import { literalRows } from '../../catalog/literal-rows.ts';
import { nameParts, schemaName } from '../../catalog/relation-name.ts';
import { tableFacts } from '../../catalog/table-facts.ts';
import { tableJson } from '../../catalog/table-json.ts';
import type { Column } from '../../types/column-type.ts';
import { schemaNotFound, unresolvedColumn } from '../../errors.ts';
import { resolvePlan, type Plan } from '../../engine/plan.ts';
import { CURRENT_USER } from '../../engine/session.ts';
import { unsupported } from '../../sql-error.ts';
import { NAME, query, type Command, type CommandContext, type Groups } from './command.ts';

/** DESCRIBE of schemas, queries, tables and columns. */
export const describeCommands: readonly Command[] = [
  [String.raw`(?:describe|desc)\s+(?:schema|database)\s+(?<extended>extended\s+)?(?<name>${NAME})`, describeSchema],
  [String.raw`(?:describe|desc)\s+(?<what>catalog|function|detail|history)\b[^]*`, refused],
  [String.raw`(?:describe|desc)\s+query\s+(?<query>[^]+)`, describeQuery],
  [String.raw`(?:describe|desc)\s+(?<query>(?:select|with|values)\b[^]+)`, describeQuery],
  [String.raw`(?:describe|desc)\s+(?:table\s+)?(?:extended|formatted)\s+(?<name>${NAME})\s+as\s+json`, describeAsJson],
  [String.raw`(?:describe|desc)\s+(?:table\s+)?(?:extended|formatted)\s+(?<name>${NAME})`, describeExtended],
  [String.raw`(?:describe|desc)\s+(?:table\s+)?(?<name>${NAME})`, describeTable],
  [String.raw`(?:describe|desc)\s+(?:table\s+)?(?<name>${NAME})\s+(?<column>\w+|\`[^\`]+\`)`, describeColumn],
];

const COLUMNS = { col_name: 'VARCHAR', data_type: 'VARCHAR', comment: 'VARCHAR' };
type Row = [name: string, type: string, comment: string | null];

const described = (rows: Row[]): Plan => query('describe', literalRows(COLUMNS, rows));

function refused({ what = '' }: Groups): Plan {
  throw unsupported(`DESCRIBE ${what.toUpperCase()}`);
}

function describeQuery({ query: text = '' }: Groups, { planQuery }: CommandContext): Plan {
  return {
    ...query('describe', ''),
    async resolve(reader) {
      const plan = await resolvePlan(await planQuery(text), reader);
      const describe = (columns: Column[]) =>
        literalRows(
          COLUMNS,
          columns.map(({ name, type }) => [name, typeTextOf(type), null]),
        );
      return { ...plan, sql: `SELECT * FROM (${plan.sql}\n) LIMIT 0`, describe };
    },
  };
}

/** A command about one table, made when its columns are known. */
export function aboutTable(
  name: string | undefined,
  plan: (relation: Relation, columns: RelationColumn[]) => Plan,
): Plan {
  return {
    ...query('describe', ''),
    async resolve(reader) {
      const relation = await reader.require(nameParts(name));
      return plan(relation, await reader.columns(relation));
    },
  };
}

const columnRows = (columns: RelationColumn[]): Row[] =>
  columns.map(({ name, typeText, comment }) => [name, typeText, comment ?? null]);

function partitionRows({ details }: Relation, columns: RelationColumn[]): Row[] {
  const partitions = columns.filter(({ name }) => details.partitionColumns.includes(name));
  if (partitions.length === 0) return [];
  return [['# Partition Information', '', ''], ['# col_name', 'data_type', 'comment'], ...columnRows(partitions)];
}

function describeTable({ name }: Groups): Plan {
  return aboutTable(name, (relation, columns) =>
    described([...columnRows(columns), ...partitionRows(relation, columns)]),
  );
}

function describeExtended({ name }: Groups): Plan {
  return aboutTable(name, (relation, columns) => {
    const facts = Object.entries(tableFacts(relation)).map(([fact, value]): Row => [fact, value, '']);
    const rows = [...columnRows(columns), ...partitionRows(relation, columns)];
    return described([...rows, ['', '', ''], ['# Detailed Table Information', '', ''], ...facts]);
  });
}

function describeAsJson({ name }: Groups): Plan {
  return aboutTable(name, (relation, columns) =>
    query('describe', literalRows({ json_metadata: 'VARCHAR' }, [[JSON.stringify(tableJson(relation, columns))]])),
  );
}

function describeColumn({ name, column = '' }: Groups): Plan {
  const [wanted = ''] = nameParts(column);
  return aboutTable(name, (_relation, columns) => {
    const found = columns.find((candidate) => candidate.name.toLowerCase() === wanted.toLowerCase());
    if (found === undefined)
      throw unresolvedColumn(wanted, columns.map((candidate) => `"${candidate.name}"`).join(', '));
    const rows: [string, string][] = [
      ['col_name', found.name],
      ['data_type', found.typeText],
      ['comment', found.comment ?? 'NULL'],
    ];
    return query('describe', literalRows({ info_name: 'VARCHAR', info_value: 'VARCHAR' }, rows));
  });
}

function describeSchema({ name, extended }: Groups, { session }: CommandContext): Plan {
  const where = schemaName(nameParts(name), session);
  const rows: [string, string][] = [
    ['Catalog Name', where.catalog],
    ['Namespace Name', where.schema],
    ['Comment', ''],
    ['Location', ''],
    ['Owner', CURRENT_USER],
    ...(extended ? ([['Properties', '']] satisfies [string, string][]) : []),
  ];
  return {
    ...query('describe', ''),
    async resolve(reader) {
      if (!(await reader.hasSchema(where))) throw schemaNotFound(`${where.catalog}.${where.schema}`);
      const columns = { database_description_item: 'VARCHAR', database_description_value: 'VARCHAR' };
      return query('describe', literalRows(columns, rows));
    },
  };
}
