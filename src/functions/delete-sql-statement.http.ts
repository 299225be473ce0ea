import { cancelStatement } from '../shared/http/statement/cancel-statement.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('delete-sql-statement', {
  methods: ['DELETE'],
  route: 'sql/statements/{id}',
  handle: cancelStatement,
});
