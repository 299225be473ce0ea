import { positionalName, type SqlParameter } from '../parameters.ts';
import { SqlError } from '../sql-error.ts';
import { parseDatabricks, type Node } from './polyglot.ts';
import { literalOf, rewrite } from './rewrite.ts';

/** Whether a statement names something by `IDENTIFIER(…)`, so that its translation depends on its parameters. */
export function hasIdentifierClause(sql: string): boolean {
  return /\bidentifier\s*\(/i.test(sql);
}

/** Puts names in place of `IDENTIFIER('name')` and `IDENTIFIER(:parameter)`: tables in FROM, columns elsewhere. */
export function resolveIdentifiers(statement: Node, parameters: readonly SqlParameter[]): Node {
  const inTables = rewrite(statement, {
    select: (body) => {
      const from = body['from'] as { expressions: unknown[] } | null;
      const joins = body['joins'] as { this: unknown }[];
      return {
        select: {
          ...body,
          from: from && { ...from, expressions: from.expressions.map((item) => tableOf(item, parameters)) },
          joins: joins.map((join) => Object.assign({}, join, { this: tableOf(join.this, parameters) })),
        },
      };
    },
  });
  return rewrite(inTables, {
    function: (body) => {
      const name = nameOf({ function: body }, parameters);
      return name === undefined ? undefined : selected(`SELECT ${name}`).select.expressions[0];
    },
  });
}

interface Selected {
  select: { expressions: Node[]; from: { expressions: Node[] } };
}

const selected = (sql: string): Selected => parseDatabricks(sql)[0] as unknown as Selected;

function tableOf(item: unknown, parameters: readonly SqlParameter[]): unknown {
  const alias = (item as { alias?: { this: unknown; alias: unknown } }).alias;
  const name = nameOf(alias?.this ?? item, parameters);
  if (name === undefined) return item;
  const [table] = selected(`SELECT 1 FROM ${name}`).select.from.expressions as { table: Record<string, unknown> }[];
  return { table: { ...table?.table, ...(alias && { alias: alias.alias, alias_explicit_as: true }) } };
}

/** The name that an IDENTIFIER clause gives, quoted part by part; undefined for every other expression. */
function nameOf(item: unknown, parameters: readonly SqlParameter[]): string | undefined {
  const clause = (item as { function?: { name?: unknown; args: unknown[] } }).function;
  if (String(clause?.name).toLowerCase() !== 'identifier') return undefined;
  const [argument] = clause?.args ?? [];
  const parameter = (argument as { parameter?: { name?: string } } | undefined)?.parameter?.name?.toLowerCase();
  const bound = parameters.find(({ name }, index) => (name ?? positionalName(index + 1)).toLowerCase() === parameter);
  const text = literalOf(argument)?.value ?? bound?.value;
  if (!text || !/^(?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+)){0,2}$/.test(text))
    throw new SqlError('INVALID_IDENTIFIER', '42602', 'The IDENTIFIER clause needs the name of a table or column.');
  return text.replaceAll(/`[^`]+`|\w+/g, (part) => (part.startsWith('`') ? part : `\`${part}\``));
}
