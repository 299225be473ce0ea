import { ProblemError } from '../../http/problem.ts';
import { parseWith } from '../../http/schema-problem.ts';
import { classified } from '../../http/sql/judge-statement.ts';
import { openResult } from '../../http/sql/sql-response.ts';
import { parseJson } from '../../json.ts';
import type { StatementClass } from '../../sql/guard/statement-class.ts';
import { READ_ONLY_RULE } from '../../sql/guard/statement-guard.ts';
import { READ_CLASSES } from '../../sql/guard/statement-words.ts';
import { sqlInput } from '../sql-input.ts';
import { READS, type Tool } from '../tool.ts';

/** What a model can make use of. */
const MAX_BYTES = 64 * 1024;

/** The tool that queries. */
export const runSql: Tool = {
  name: 'run_sql',
  title: 'Query with SQL',
  annotations: READS,
  description: () =>
    'Runs one SQL statement that reads, and returns its columns and up to 200 rows as arrays; `truncated` says whether ' +
    'rows are missing. BIGINT and DECIMAL come as texts with all their digits. Bind values as `parameters`, and write ' +
    ':name in the statement. A statement that writes is refused.',
  schema: sqlInput,
  run: async (given, { context, call }) => {
    const body = { ...parseWith(sqlInput, given), byte_limit: MAX_BYTES };
    const known = await readingClass(body.statement);
    const { body: result } = await openResult(context, call, { body, known, format: 'json', numbers: 'string' });
    const document = parseJson(await new Response(result).text()) as Record<string, unknown>;
    const { row_count: count, truncated } = document;
    return { summary: `${String(count)} rows${truncated === true ? ', and there are more' : ''}.`, document };
  },
};

/**
 * The class of a statement that reads.
 * @throws {ProblemError} 403 for what writes, whatever the policy says
 * @throws {StatementFailedError} 422 where the statement cannot be read
 */
async function readingClass(statement: string): Promise<StatementClass> {
  const found = await classified(statement);
  if (found instanceof Error) throw found;
  if (READ_CLASSES.has(found.name)) return found;
  const detail = `${found.name} is no statement that reads: rule ${READ_ONLY_RULE} lets run_sql run no others.`;
  throw new ProblemError('STATEMENT_NOT_ALLOWED', detail);
}
