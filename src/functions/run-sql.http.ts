import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { sqlAnswer } from '../shared/http/sql-answer.ts';

app.http('run-sql', {
  methods: ['POST'],
  route: 'sql',
  authLevel: 'function',
  handler: httpHandler(openApp, sqlAnswer),
});
