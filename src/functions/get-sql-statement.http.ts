import { getStatement } from '../shared/http/statement/get-statement.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('get-sql-statement', {
  methods: ['GET'],
  route: 'sql/statements/{id}',
  handle: getStatement,
});
