import { defaultCatalog, sessionCatalog, systemCatalogs } from '../database.ts';
import type { Column } from '../column-type.ts';
import type { Plan } from '../plan.ts';
import { quoteIdentifier, quoteString } from '../quoting.ts';
import type { Session } from '../session.ts';
import { SqlError, unsupported } from '../sql-error.ts';

type Handler = (
  match: Record<string, string | undefined>,
  session: Session,
  planQuery: (query: string) => Plan,
) => Plan;

const name = String.raw`(?:\`(?:[^\`]|\`\`)+\`|\w+)(?:\s*\.\s*(?:\`(?:[^\`]|\`\`)+\`|\w+)){0,2}`;
const like = String.raw`(?:\s+(?:like\s+)?'(?<like>[^']*)')?`;
const within = String.raw`(?:\s+(?:in|from)\s+(?<in>${name}))?`;

/** Statements about the session and the catalog, which the parser leaves to whoever runs them. */
const commands: [pattern: string, handler: Handler][] = [
  [String.raw`(?:use|set)\s+catalog\s+(?<name>${name}|'[^']+')`, useCatalog],
  [String.raw`use(?:\s+(?:schema|database|namespace))?\s+(?<name>${name})`, useSchema],
  [String.raw`set\s+time\s+zone\s+(?:'(?<zone>[^']+)'|(?<local>local))`, setTimeZone],
  [String.raw`set(?:\s+-v)?`, (_match, session) => settings([...session.configuration])],
  [String.raw`set\s+(?<key>[\w.]+|\`[^\`]+\`)`, showSetting],
  [String.raw`set\s+(?<key>[\w.]+|\`[^\`]+\`)\s*=\s*(?<value>[^]*)`, setSetting],
  [String.raw`reset(?:\s+(?<key>[\w.]+))?`, resetSetting],
  [String.raw`show\s+catalogs${like}`, showCatalogs],
  [String.raw`show\s+(?:schemas|databases)${within}${like}`, showSchemas],
  [String.raw`show\s+tables${within}${like}`, showTables],
  [String.raw`show\s+views${within}${like}`, showViews],
  [String.raw`show\s+columns\s+(?:in|from)\s+(?<name>${name})`, showColumns],
  [String.raw`show\s+functions${like}`, showFunctions],
  [String.raw`(?:describe|desc)\s+(?:schema|database)\s+(?:extended\s+)?(?<name>${name})`, describeSchema],
  [String.raw`(?:describe|desc)\s+query\s+(?<query>[^]+)`, describeQuery],
  [String.raw`(?:describe|desc)\s+(?<query>(?:select|with|values)\b[^]+)`, describeQuery],
  [String.raw`(?:describe|desc)\s+(?:table\s+)?(?:extended\s+|formatted\s+)?(?<name>${name})`, describeTable],
  [String.raw`table\s+(?<name>${name})(?<rest>\s[^]*)?`, allOfTable],
  [String.raw`explain\s+(?:extended\s+|formatted\s+|codegen\s+|cost\s+)?(?<query>[^]+)`, explain],
  [
    String.raw`create\s+(?:schema|database)\s+(?<if>if\s+not\s+exists\s+)?(?<name>${name})(?:\s+(?:comment|location|managed|with)\b[^]*)?`,
    createSchema,
  ],
  [
    String.raw`drop\s+(?:schema|database)\s+(?<if>if\s+exists\s+)?(?<name>${name})(?:\s+(?<how>cascade|restrict))?`,
    dropSchema,
  ],
  [String.raw`alter\s+table\s+(?<name>${name})\s+add\s+columns\s*\((?<columns>[^]+)\)`, addColumns],
  [String.raw`create\s+catalog\s+(?:if\s+not\s+exists\s+)?(?<name>${name})[^]*`, createCatalog],
  [String.raw`drop\s+catalog\s+(?<if>if\s+exists\s+)?(?<name>${name})(?:\s+(?:cascade|restrict))?`, dropCatalog],
];
const compiled = commands.map(([pattern, handler]) => [new RegExp(`^${pattern}$`, 'i'), handler] as const);

/** The plan of a statement that is recognised by its words alone; undefined for every other. */
export function textCommand(text: string, session: Session, planQuery: (query: string) => Plan): Plan | undefined {
  const statement = withoutComments(text);
  if (
    !/^(?:use|set|reset|show|desc|describe|explain|table|alter|(?:create|drop)\s+(?:catalog|schema|database))\b/i.test(
      statement,
    )
  )
    return undefined;
  for (const [pattern, handler] of compiled) {
    const match = pattern.exec(statement);
    if (match) return handler(match.groups ?? {}, session, planQuery);
  }
  if (/^alter\b/i.test(statement)) return undefined;
  throw unsupported(statement.split(/\s+/, 2).join(' ').toUpperCase());
}

/** Without the comments before it and the semicolon after it. */
function withoutComments(text: string): string {
  return text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/, '').replace(/[\s;]+$/, '');
}

function nameParts(text = ''): string[] {
  return [...text.matchAll(/`((?:[^`]|``)+)`|(\w+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('``', '`') ?? bare ?? '',
  );
}

/** A schema's catalog and name, as the session sees it. */
function schemaOf(text: string | undefined, session: Session): { catalog: string; schema: string } {
  const parts = nameParts(text);
  return { catalog: parts.at(-2) ?? session.catalog, schema: parts.at(-1) ?? session.schema };
}

const query = (sql: string): Plan => ({ kind: 'query', verb: 'show', sql });
const literalRows = (columns: string[], rows: string[][], emptyTypes = 'VARCHAR'): string =>
  rows.length === 0
    ? `SELECT ${columns.map((column) => `NULL::${emptyTypes} AS ${column}`).join(', ')} WHERE false`
    : `SELECT * FROM (VALUES ${rows.map((row) => `(${row.map(quoteString).join(', ')})`).join(', ')}) AS answer(${columns.join(', ')})`;

/** `SHOW … LIKE` patterns: `*` for any text, `|` between alternatives. */
function likeCondition(column: string, pattern: string | undefined): string {
  if (!pattern) return 'true';
  const expression = pattern
    .replaceAll(/[.+?^${}()[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('%', '.*');
  return `regexp_full_match(${column}, ${quoteString(expression)}, 'i')`;
}

function useCatalog({ name: text = '' }: Record<string, string | undefined>): Plan {
  const catalog = nameParts(text).at(-1) ?? defaultCatalog;
  return use(catalog, 'default');
}

function useSchema({ name: text }: Record<string, string | undefined>, session: Session): Plan {
  const { catalog, schema } = schemaOf(text, session);
  return use(catalog, schema);
}

function use(catalog: string, schema: string): Plan {
  return {
    kind: 'command',
    verb: 'use',
    sql: `USE ${quoteIdentifier(catalog)}.${quoteIdentifier(schema)}`,
    apply(session) {
      session.catalog = catalog;
      session.schema = schema;
    },
  };
}

function setTimeZone({ zone = 'UTC' }: Record<string, string | undefined>): Plan {
  return {
    kind: 'command',
    verb: 'set',
    sql: `SET TimeZone = ${quoteString(zone)}`,
    apply: (session) => session.configuration.set('timezone', zone),
  };
}

const settings = (entries: [string, string][]): Plan => query(literalRows(['key', 'value'], entries));

function showSetting({ key = '' }: Record<string, string | undefined>, session: Session): Plan {
  const plain = key.replaceAll('`', '');
  return settings([[plain, session.configuration.get(plain.toLowerCase()) ?? '<undefined>']]);
}

function setSetting({ key = '', value = '' }: Record<string, string | undefined>): Plan {
  const plain = key.replaceAll('`', '');
  const text = value
    .trim()
    .replace(/^'([^]*)'$|^"([^]*)"$/, (_all, single?: string, double?: string) => single ?? double ?? '');
  if (text.includes(';')) throw new SqlError('PARSE_SYNTAX_ERROR', '42601', "Syntax error at or near ';'.");
  if (plain.toLowerCase() === 'timezone') return setTimeZone({ zone: text });
  return { ...settings([[plain, text]]), apply: (session) => session.configuration.set(plain.toLowerCase(), text) };
}

function resetSetting({ key }: Record<string, string | undefined>): Plan {
  return {
    kind: 'command',
    verb: 'reset',
    apply: (session) => {
      if (key) session.configuration.delete(key.toLowerCase());
      else session.configuration.clear();
    },
  };
}

const isVisible = `database_name NOT IN (${systemCatalogs.map(quoteString).join(', ')})`;

function showCatalogs({ like: pattern }: Record<string, string | undefined>): Plan {
  return query(
    `SELECT database_name AS catalog FROM duckdb_databases() WHERE ${isVisible} AND ${likeCondition('database_name', pattern)} ORDER BY 1`,
  );
}

function showSchemas({ in: catalog, like: pattern }: Record<string, string | undefined>, session: Session): Plan {
  const of = nameParts(catalog).at(-1) ?? session.catalog;
  return query(
    `SELECT schema_name AS "databaseName" FROM duckdb_schemas()
     WHERE lower(database_name) = lower(${quoteString(of)}) AND schema_name NOT IN ('main', 'pg_catalog')
     AND ${likeCondition('schema_name', pattern)} ORDER BY 1`,
  );
}

/** Tables and views of a schema, and the session's temporary views. */
function relations(session: Session, text: string | undefined, pattern: string | undefined, only: string): string {
  const { catalog, schema } = schemaOf(text, session);
  return `SELECT CASE WHEN table_catalog = ${quoteString(sessionCatalog)} THEN '' ELSE table_schema END AS namespace,
      table_name AS relation, table_catalog = ${quoteString(sessionCatalog)} AS temporary
    FROM information_schema.tables
    WHERE (lower(table_catalog) = lower(${quoteString(catalog)}) AND lower(table_schema) = lower(${quoteString(schema)})
      OR table_catalog = ${quoteString(sessionCatalog)} AND table_schema = ${quoteString(session.viewSchema)})
      AND ${only} AND ${likeCondition('table_name', pattern)} ORDER BY 2`;
}

function showTables({ in: schema, like: pattern }: Record<string, string | undefined>, session: Session): Plan {
  const rows = relations(session, schema, pattern, 'true');
  return query(`SELECT namespace AS "database", relation AS "tableName", temporary AS "isTemporary" FROM (${rows})`);
}

function showViews({ in: schema, like: pattern }: Record<string, string | undefined>, session: Session): Plan {
  const rows = relations(session, schema, pattern, "table_type = 'VIEW'");
  return query(`SELECT namespace, relation AS "viewName", temporary AS "isTemporary" FROM (${rows})`);
}

const tableColumns = (text: string | undefined): string =>
  `SELECT * FROM ${nameParts(text).map(quoteIdentifier).join('.')} LIMIT 0`;

const descriptionRows = (columns: Column[]): string =>
  literalRows(
    ['col_name', 'data_type', 'comment'],
    columns.map((column) => [column.name, column.type.text.toLowerCase().replaceAll(', ', ','), '']),
  ).replaceAll(", '')", ', NULL::VARCHAR)');

function showColumns({ name: text }: Record<string, string | undefined>): Plan {
  const answer = (columns: Column[]) =>
    literalRows(
      ['col_name'],
      columns.map((column) => [column.name]),
    );
  return { ...query(tableColumns(text)), answer };
}

function describeTable({ name: text }: Record<string, string | undefined>): Plan {
  return { ...query(tableColumns(text)), answer: descriptionRows };
}

function describeQuery(
  { query: text = '' }: Record<string, string | undefined>,
  _session: Session,
  planQuery: (query: string) => Plan,
): Plan {
  const plan = planQuery(text);
  return { ...plan, sql: `SELECT * FROM (${plan.sql}\n) LIMIT 0`, answer: descriptionRows };
}

function describeSchema({ name: text }: Record<string, string | undefined>, session: Session): Plan {
  const { catalog, schema } = schemaOf(text, session);
  const rows = [
    ['Catalog Name', catalog],
    ['Namespace Name', schema],
    ['Comment', ''],
    ['Location', ''],
    ['Owner', 'root'],
  ];
  return query(literalRows(['database_description_item', 'database_description_value'], rows));
}

function allOfTable(
  { name: text = '', rest = '' }: Record<string, string | undefined>,
  _session: Session,
  planQuery: (query: string) => Plan,
): Plan {
  return planQuery(`SELECT * FROM ${text}${rest}`);
}

function showFunctions({ like: pattern }: Record<string, string | undefined>): Plan {
  return query(
    `SELECT DISTINCT function_name AS function FROM duckdb_functions() WHERE ${likeCondition('function_name', pattern)} ORDER BY 1`,
  );
}

function explain(
  { query: text = '' }: Record<string, string | undefined>,
  _session: Session,
  planQuery: (query: string) => Plan,
): Plan {
  const plan = planQuery(text);
  return { ...plan, kind: 'query', sql: `EXPLAIN ${plan.sql}` };
}

/** DuckDB adds one column at a time. */
function addColumns(
  { name: text = '', columns = '' }: Record<string, string | undefined>,
  _session: Session,
  planQuery: (query: string) => Plan,
): Plan {
  const definitions = columns.match(/(?:[^,()<]|\([^)]*\)|<[^]*?>+)+/g) ?? [];
  const added = definitions.map((definition) => planQuery(`ALTER TABLE ${text} ADD COLUMN ${definition}`).sql ?? '');
  return { kind: 'command', verb: 'alter_table', before: added.slice(0, -1), sql: added.at(-1) ?? '' };
}

function schemaIdentifier(text: string | undefined, session: Session): string {
  const { catalog, schema } = schemaOf(text, session);
  return `${quoteIdentifier(catalog)}.${quoteIdentifier(schema)}`;
}

function createSchema({ name: text, if: ifNotExists }: Record<string, string | undefined>, session: Session): Plan {
  const sql = `CREATE SCHEMA ${ifNotExists ? 'IF NOT EXISTS ' : ''}${schemaIdentifier(text, session)}`;
  return { kind: 'command', verb: 'create_schema', sql };
}

function dropSchema(
  { name: text, if: ifExists, how = '' }: Record<string, string | undefined>,
  session: Session,
): Plan {
  const sql = `DROP SCHEMA ${ifExists ? 'IF EXISTS ' : ''}${schemaIdentifier(text, session)} ${how}`;
  return { kind: 'command', verb: 'drop_schema', sql };
}

function createCatalog({ name: text }: Record<string, string | undefined>): Plan {
  const catalog = quoteIdentifier(nameParts(text).at(-1) ?? '');
  return {
    kind: 'command',
    verb: 'create_catalog',
    before: [`ATTACH IF NOT EXISTS ':memory:' AS ${catalog}`],
    sql: `CREATE SCHEMA IF NOT EXISTS ${catalog}."default"`,
  };
}

function dropCatalog({ name: text, if: ifExists }: Record<string, string | undefined>): Plan {
  const catalog = nameParts(text).at(-1) ?? '';
  if ([...systemCatalogs, defaultCatalog].includes(catalog.toLowerCase())) throw unsupported(`DROP CATALOG ${catalog}`);
  return {
    kind: 'command',
    verb: 'drop_catalog',
    sql: `DETACH DATABASE ${ifExists ? 'IF EXISTS ' : ''}${quoteIdentifier(catalog)}`,
  };
}
