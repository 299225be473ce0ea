import { createSqlStatement } from '../shared/http/sql-statement-answers.ts';
import { durableClient, statementEngineOf } from './engine.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('create-sql-statement', {
  methods: ['POST'],
  route: 'sql/statements',
  query: { numbers: 'once', fail_on_error: 'once' },
  extraInputs: [durableClient],
  handle: (request, app, call) => createSqlStatement(request, app, call, statementEngineOf(call.context)),
});
