import type { Plan } from '../plan.ts';
import { quoteIdentifier } from '../quoting.ts';

interface Named {
  name: string;
}
interface Source {
  alias?: { this: Source; alias: Named };
  table?: { name: Named; schema: Named | null; catalog: Named | null };
  subquery?: { alias: Named | null };
}

const BY_NAME = /\bTHEN (UPDATE|INSERT) BY NAME\b/g;

/**
 * A MERGE whose `SET *` and `INSERT *` are the target's columns, read from the source by name; what else the source has is
 * left (docs.databricks.com, "MERGE INTO"). DuckDB would refuse it.
 */
export function mergeColumns(plan: Plan, body: Record<string, unknown>): Plan {
  const { sql = '' } = plan;
  const source = nameOf(body['using'] as Source);
  const target = partsOf(body['this'] as Source);
  if (sql.search(BY_NAME) < 0 || source === undefined || target === undefined) return plan;
  return {
    ...plan,
    async resolve(reader) {
      const columns = await reader.columns(await reader.require(target));
      const names = columns.map(({ name }) => quoteIdentifier(name));
      const values = names.map((name) => `${quoteIdentifier(source)}.${name}`);
      const changes = names.map((name, index) => `${name} = ${values[index]}`);
      const { resolve: _resolve, ...rest } = plan;
      const clauses: Record<string, string> = {
        UPDATE: `THEN UPDATE SET ${changes.join(', ')}`,
        INSERT: `THEN INSERT (${names.join(', ')}) VALUES (${values.join(', ')})`,
      };
      return { ...rest, sql: sql.replaceAll(BY_NAME, (_all, what: string) => clauses[what] ?? '') };
    },
  };
}

function nameOf({ alias, table, subquery }: Source): string | undefined {
  return (alias?.alias ?? table?.name ?? subquery?.alias)?.name;
}

function partsOf({ alias, table }: Source): string[] | undefined {
  if (alias) return partsOf(alias.this);
  if (!table) return undefined;
  return [table.catalog?.name, table.schema?.name, table.name.name].filter((part) => part !== undefined);
}
