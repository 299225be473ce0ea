import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { createSqlStatement } from '../shared/http/sql-statement-answers.ts';
import type { SqlStatementState } from '../shared/workflow/track-sql-statement.ts';
import { durableClient } from './engine.ts';

app.http('create-sql-statement', {
  methods: ['POST'],
  route: 'sql/statements',
  authLevel: 'function',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, (request, app, context) =>
    createSqlStatement(request, app, async (id) => {
      const input: SqlStatementState = { id, next: 'submit', polls: 0, tries: 0 };
      await df.getClient(context).startNew('track-sql-statement', { instanceId: `sql-${id}`, input });
    }),
  ),
});
