import type { Operation } from '../shared/http/openapi/operation.ts';
import { FAIL_ON_ERROR, NUMBERS } from '../shared/http/openapi/parameters.ts';
import { NEW_STATEMENT, STATEMENT_STORE } from '../shared/http/openapi/problem-groups.ts';
import { STATEMENT_ACCEPTED } from '../shared/http/openapi/statement-responses.ts';

/** What the documents say of it. */
export const createSqlStatement: Operation = {
  id: 'SubmitSqlStatement',
  tag: 'SQL',
  summary: 'Submit a SQL statement',
  description:
    'Submits a statement whose rows are too many, or whose work takes too long, for one response. It is followed until it ends; the rows are kept in Blob storage in the format asked for, and the result has a link to them.',
  query: { numbers: NUMBERS, fail_on_error: FAIL_ON_ERROR },
  headers: ['Prefer'],
  body: {
    schema: 'SqlStatementRequest',
    isRequired: true,
    examples: {
      csv: {
        summary: 'Rows as CSV',
        status: 202,
        value: { statement: 'SELECT * FROM default.diamonds WHERE carat > 2', format: 'csv' },
      },
    },
  },
  responses: {
    200: {
      description: 'With `Prefer: wait=N`: the statement has ended within that time.',
      body: 'SqlStatementResult',
    },
    202: STATEMENT_ACCEPTED,
  },
  problems: ['POSITIONAL_PARAMETERS', 'STATEMENT_UNSUCCESSFUL', ...NEW_STATEMENT, ...STATEMENT_STORE],
  connector: { visibility: 'advanced' },
};
