import { app } from '@azure/functions';
import { openContext } from '../shared/create-context.ts';
import { isSweepDue } from '../shared/domain/sweep-schedule.ts';
import { openStatements } from '../shared/statements/open-statements.ts';
import { sweepStatements } from '../shared/statements/sweep/sweep-statements.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { durableClient, statementOrchestrationsOf } from '../shared/durable/durable-client.ts';

app.timer('sweep-sql-statements', {
  schedule: '0 * * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-sql-statements', openContext, async (timer, invocation) => {
    const context = openContext();
    if (!isSweepDue(context.now(), context.openedAtMs, timer.isPastDue)) return;
    await sweepStatements(
      openStatements(context),
      statementOrchestrationsOf(invocation),
      context.config.runs.retentionDays,
    );
  }),
});
