import { getStatementResult } from '../shared/http/statement/get-statement-result.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('get-sql-statement-result', {
  methods: ['GET'],
  route: 'sql/statements/{id}/result',
  query: { fail_on_error: 'once' },
  handle: getStatementResult,
});
