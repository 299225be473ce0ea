import { sqlStatement } from '../shared/http/sql-statement-answers.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('get-sql-statement', {
  methods: ['GET'],
  route: 'sql/statements/{id}',
  handle: sqlStatement,
});
