import { app } from '@azure/functions';
import { isSweepDue } from '../shared/domain/sweep-schedule.ts';
import { durableClient } from '../shared/durable/durable-client.ts';
import { openContext } from '../shared/open-context.ts';
import { logged } from '../shared/telemetry/logged.ts';

app.timer('sweep-sql-statements', {
  schedule: '0 * * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-sql-statements', openContext, async (timer, invocation) => {
    const context = await openContext();
    if (!isSweepDue(context.now(), context.openedAtMs, timer.isPastDue)) return;
    const { sweepSqlStatements } = await import('./sweep-sql-statements.ts');
    await sweepSqlStatements(context, invocation);
  }),
});
