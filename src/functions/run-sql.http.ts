import { sqlResponse } from '../shared/http/sql/sql-response.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('run-sql', {
  methods: ['POST'],
  route: 'sql',
  query: { numbers: 'once' },
  handle: sqlResponse,
});
