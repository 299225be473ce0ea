import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { sqlStatement } from '../shared/http/sql-statement-answers.ts';

app.http('get-sql-statement', {
  methods: ['GET'],
  route: 'sql/statements/{id}',
  authLevel: 'function',
  handler: httpHandler(openApp, sqlStatement),
});
