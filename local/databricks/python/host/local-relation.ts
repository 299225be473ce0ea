import { z } from 'zod';
import { SESSION_CATALOG } from '../../sql/engine/catalog-names.ts';
import { quoteIdentifier } from '../../sql/quoting.ts';
import { hostCall } from './host-call.ts';

/** A column's type as DuckDB writes it. Its values come as texts: plain ones, bytes in hexadecimal, nested ones as JSON. */
const column = z.object({ name: z.string(), type: z.string(), shape: z.enum(['plain', 'binary', 'nested']) });

/**
 * Keeps the rows of a local DataFrame as a table that only the notebook's session sees, named `name`. The rows are bound as
 * one JSON text: a statement with a literal for every value would take its time to be read.
 */
export const localRelation = hostCall(
  z.object({ name: z.string().regex(/^\w+$/), columns: z.array(column), rows: z.string() }),
  async ({ name, columns, rows }, { spark }) => {
    const session = await spark.session();
    const schema = `${SESSION_CATALOG}.${quoteIdentifier(session.viewSchema)}`;
    const values = columns.map((given, index) => `${valueOf(given, index)} AS ${quoteIdentifier(given.name)}`);
    const shapes = columns.flatMap(({ type, shape }, index) =>
      shape === 'nested' ? [[`shape_${index}`, JSON.stringify(type)]] : [],
    );
    await spark.execute({
      kind: 'command',
      verb: 'create_table',
      before: [`CREATE SCHEMA IF NOT EXISTS ${schema}`],
      sql: `CREATE OR REPLACE TABLE ${schema}.${quoteIdentifier(name)} AS
        SELECT ${values.join(', ')} FROM (SELECT unnest(from_json($rows, '[["VARCHAR"]]')) AS cells)`,
      values: { rows, ...(Object.fromEntries(shapes) as Record<string, string>) },
      apply: ({ views }) => views.add(name.toLowerCase()),
    });
    return null;
  },
);

function valueOf({ type, shape }: z.output<typeof column>, index: number): string {
  const text = `cells[${index + 1}]`;
  if (shape === 'nested') return `from_json(${text}, $shape_${index})`;
  return shape === 'binary' ? `unhex(${text})` : `CAST(${text} AS ${type})`;
}
