import type { InvocationContext } from '@azure/functions';
import type { AppContext } from '../shared/context.ts';
import { statementOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { openStatements } from '../shared/statements/open-statements.ts';
import { sweepStatements } from '../shared/statements/sweep/sweep-statements.ts';

/** Takes up the statements that nobody follows, and purges the old ones. */
export async function sweepSqlStatements(context: AppContext, invocation: InvocationContext): Promise<void> {
  const { retentionDays } = context.config.runs;
  await sweepStatements(openStatements(context), statementOrchestrationsOf(invocation), retentionDays);
}
