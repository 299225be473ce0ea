import type { Operation } from '../shared/http/openapi/operation.ts';
import { NUMBERS } from '../shared/http/openapi/parameters.ts';
import { NEW_STATEMENT, SQL_PROBLEMS } from '../shared/http/openapi/problem-groups.ts';

/** What the documents say of it. */
export const runSql: Operation = {
  id: 'RunSql',
  tag: 'SQL',
  summary: 'Run a SQL statement',
  description:
    "Runs a statement and responds with its rows, in the format that `Accept` asks for. JSON comes in one piece; the others are written as the rows arrive, at the client's pace, and a failure after the first byte ends the stream visibly. Statements that only read, unless the policy says otherwise.",
  query: { numbers: NUMBERS },
  body: {
    schema: 'SqlRequest',
    isRequired: true,
    examples: {
      parameters: {
        summary: 'With a named parameter',
        status: 200,
        value: {
          statement:
            'SELECT cut, count(*) AS n FROM default.diamonds WHERE price > :price GROUP BY cut ORDER BY n DESC',
          parameters: [{ name: 'price', value: '10000', type: 'INT' }],
          row_limit: 100,
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The rows.',
      body: {
        'application/json': 'SqlResult',
        'application/x-ndjson': 'text',
        'text/csv': 'text',
        'application/vnd.apache.arrow.stream': 'bytes',
      },
    },
  },
  problems: ['NOT_ACCEPTABLE', ...NEW_STATEMENT, ...SQL_PROBLEMS],
  connector: {},
};
