import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Example } from '../sql/dialect/functions/function.ts';
import { FUNCTION_FAMILIES } from '../sql/dialect/functions/index.ts';
import { functionReference } from '../sql/dialect/functions/reference.ts';
import { startTestWarehouse, type TestWarehouse } from './sql-warehouse.ts';

const BATCH_SIZE = 40;

interface Outcome {
  value: unknown;
  type: unknown;
  name: unknown;
}

/** What an example promises. */
function expected([sql, value, type, name]: Example): Outcome {
  const [expression = ''] = sql.split(' FROM VALUES ');
  return { value, type, name: name ?? expression.replaceAll(/'((?:[^'\\]|\\.)*)'/g, '$1') };
}

describe('the functions of the local warehouse', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  /** Runs expressions in one statement, each beside its `typeof`. */
  async function run(expressions: readonly string[], from = ''): Promise<Outcome[] | string> {
    const columns = expressions.flatMap((expression) => [expression, `typeof(${expression})`]);
    const { body } = await warehouse.execute({ statement: `SELECT ${columns.join(', ')}${from}` });
    if (body.status.state !== 'SUCCEEDED') return String(body.status.error?.message);
    const [row = []] = body.result.data_array as unknown[][];
    const names = (body.manifest.schema.columns as { name: string }[]).map(({ name }) => name);
    return expressions.map((_, index) => ({ value: row[2 * index], type: row[2 * index + 1], name: names[2 * index] }));
  }

  /** A statement that fails as a whole is run expression by expression, so that the failing one is named. */
  async function outcomes(examples: readonly Example[]): Promise<(Outcome | string)[]> {
    const all = await run(examples.map(([sql]) => sql));
    if (typeof all !== 'string') return all;
    return Promise.all(
      examples.map(async ([sql]) => {
        const one = await run([sql]);
        return typeof one === 'string' ? one : (one[0] ?? 'nothing');
      }),
    );
  }

  it.each(FUNCTION_FAMILIES)('has the values, types and column names of Databricks: %s', async (_title, functions) => {
    const examples = functions.flatMap((definition) => definition.examples);
    const scalars = examples.filter(([sql]) => !sql.includes(' FROM VALUES '));
    for (let start = 0; start < scalars.length; start += BATCH_SIZE) {
      const batch = scalars.slice(start, start + BATCH_SIZE);
      const results = await outcomes(batch);
      expect(batch.map(([sql], index) => [sql, results[index]])).toEqual(
        batch.map((example) => [example[0], expected(example)]),
      );
    }
    for (const example of examples.filter(([sql]) => sql.includes(' FROM VALUES '))) {
      const [expression = '', from = ''] = example[0].split(' FROM VALUES ');
      const results = await run([expression], ` FROM VALUES ${from}`);
      expect([example[0], results]).toEqual([example[0], [expected(example)]]);
    }
  });

  it('are those of the reference page', async () => {
    const page = await readFile(new URL('../../../docs/local-sql.md', import.meta.url), 'utf8');
    expect(page).toBe(functionReference());
  });
});
