import { createStatement } from '../shared/http/statement/create-statement.ts';
import { statementOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('create-sql-statement', {
  methods: ['POST'],
  route: 'sql/statements',
  query: { numbers: 'once', fail_on_error: 'once' },
  handle: (request, context, call) =>
    createStatement(request, context, call, statementOrchestrationsOf(call.invocation)),
});
