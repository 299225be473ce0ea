import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { cancelSqlStatement } from '../shared/http/sql-statement-answers.ts';

app.http('delete-sql-statement', {
  methods: ['DELETE'],
  route: 'sql/statements/{id}',
  authLevel: 'function',
  handler: httpHandler(openApp, cancelSqlStatement),
});
