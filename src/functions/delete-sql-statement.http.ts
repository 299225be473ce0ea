import { cancelSqlStatement } from '../shared/http/sql-statement-answers.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('delete-sql-statement', {
  methods: ['DELETE'],
  route: 'sql/statements/{id}',
  handle: cancelSqlStatement,
});
