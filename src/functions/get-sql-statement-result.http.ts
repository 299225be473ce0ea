import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { sqlStatementResult } from '../shared/http/sql-statement-answers.ts';

app.http('get-sql-statement-result', {
  methods: ['GET'],
  route: 'sql/statements/{id}/result',
  authLevel: 'function',
  handler: httpHandler(openApp, sqlStatementResult),
});
