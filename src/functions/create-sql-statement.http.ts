import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { createSqlStatement } from '../shared/http/sql-statement-answers.ts';
import { durableClient, statementEngineOf } from './engine.ts';

app.http('create-sql-statement', {
  methods: ['POST'],
  route: 'sql/statements',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, (request, app, context) =>
    createSqlStatement(request, app, statementEngineOf(context)),
  ),
});
