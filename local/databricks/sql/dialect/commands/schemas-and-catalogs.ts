import { nameParts, schemaName } from '../../catalog/relation-name.ts';
import { SYSTEM_CATALOG } from '../../catalog/information-schema.ts';
import { DEFAULT_CATALOG, SYSTEM_CATALOGS } from '../../engine/catalog-names.ts';
import { catalogNotFound, schemaNotEmpty, schemaNotFound } from '../../errors.ts';
import type { Plan } from '../../engine/plan.ts';
import { quoteIdentifier, quoteString } from '../../quoting.ts';
import { unsupported } from '../../sql-error.ts';
import { NAME, type Command, type CommandContext, type Groups } from './command.ts';
import { visibleRelations } from '../../catalog/visible-objects.ts';

/** CREATE and DROP of schemas and catalogs. */
export const schemaCommands: readonly Command[] = [
  [
    String.raw`create\s+(?:schema|database)\s+(?<if>if\s+not\s+exists\s+)?(?<name>${NAME})(?<clause>\s+(?:comment|location|managed|with|dbproperties|default)\b[^]*)?`,
    createSchema,
  ],
  [
    String.raw`drop\s+(?:schema|database)\s+(?<if>if\s+exists\s+)?(?<name>${NAME})(?:\s+(?<how>cascade|restrict))?`,
    dropSchema,
  ],
  [String.raw`create\s+catalog\s+(?<if>if\s+not\s+exists\s+)?(?<name>${NAME})(?<clause>\s+[^]*)?`, createCatalog],
  [String.raw`drop\s+catalog\s+(?<if>if\s+exists\s+)?(?<name>${NAME})(?:\s+(?<how>cascade|restrict))?`, dropCatalog],
];

const duckdbSchema = ({ catalog, schema }: { catalog: string; schema: string }): string =>
  `${quoteIdentifier(catalog)}.${quoteIdentifier(schema)}`;

function createSchema({ name, if: ifNotExists, clause }: Groups, { session }: CommandContext): Plan {
  if (clause) throw unsupported(`CREATE SCHEMA … ${firstWord(clause)}`);
  const { catalog, schema } = schemaName(nameParts(name), session);
  const where = { catalog, schema: schema.toLowerCase() };
  return {
    kind: 'command',
    verb: 'create_schema',
    async resolve(reader) {
      if (!(await reader.hasCatalog(catalog))) throw catalogNotFound(catalog);
      const sql = `CREATE SCHEMA ${ifNotExists ? 'IF NOT EXISTS ' : ''}${duckdbSchema(where)}`;
      return { kind: 'command', verb: 'create_schema', sql };
    },
  };
}

function dropSchema({ name, if: ifExists, how = '' }: Groups, { session }: CommandContext): Plan {
  const where = schemaName(nameParts(name), session);
  return {
    kind: 'command',
    verb: 'drop_schema',
    async resolve(reader) {
      if (!(await reader.hasSchema(where))) {
        if (!ifExists) throw schemaNotFound(`${where.catalog}.${where.schema}`);
        return { kind: 'command', verb: 'drop_schema' };
      }
      const [row] = await reader.rows(
        `SELECT 1 FROM ${visibleRelations} WHERE lower(catalog) = lower(${quoteString(where.catalog)}) AND lower(schema) = lower(${quoteString(where.schema)}) LIMIT 1`,
      );
      const isCascade = how.toLowerCase() === 'cascade';
      if (row !== undefined && !isCascade) throw schemaNotEmpty(`${where.catalog}.${where.schema}`);
      return { kind: 'command', verb: 'drop_schema', sql: `DROP SCHEMA ${duckdbSchema(where)} CASCADE` };
    },
  };
}

function createCatalog({ name, clause }: Groups): Plan {
  if (clause) throw unsupported(`CREATE CATALOG … ${firstWord(clause)}`);
  const plain = (nameParts(name).at(-1) ?? '').toLowerCase();
  if ([...SYSTEM_CATALOGS, SYSTEM_CATALOG].includes(plain)) throw unsupported(`CREATE CATALOG ${plain}`);
  const catalog = quoteIdentifier(plain);
  return {
    kind: 'command',
    verb: 'create_catalog',
    before: [`ATTACH IF NOT EXISTS ':memory:' AS ${catalog}`],
    sql: `CREATE SCHEMA IF NOT EXISTS ${catalog}."default"`,
  };
}

function dropCatalog({ name, if: ifExists }: Groups): Plan {
  const catalog = nameParts(name).at(-1) ?? '';
  if ([...SYSTEM_CATALOGS, SYSTEM_CATALOG, DEFAULT_CATALOG].includes(catalog.toLowerCase()))
    throw unsupported(`DROP CATALOG ${catalog}`);
  return {
    kind: 'command',
    verb: 'drop_catalog',
    sql: `DETACH DATABASE ${ifExists ? 'IF EXISTS ' : ''}${quoteIdentifier(catalog)}`,
  };
}

function firstWord(clause: string): string {
  return clause.trim().split(/\s+/, 1).join('').toUpperCase();
}
