import type { Call, Handle } from '../shared/http/handler.ts';
import { createStatement } from '../shared/http/statement/create-statement.ts';
import { statementOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/sql/statements` */
export const handle: Handle<Call> = (request, context, call) =>
  createStatement(request, context, call, statementOrchestrationsOf(call.invocation));
