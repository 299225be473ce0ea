import { app } from '@azure/functions';
import { openApp } from '../shared/create-context.ts';
import { isSweepDue } from '../shared/domain/sweep-schedule.ts';
import { openStatements } from '../shared/statements/open-statements.ts';
import { sweepStatements } from '../shared/statements/sweep/sweep-statements.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { durableClient, statementOrchestrationsOf } from '../shared/durable/durable-client.ts';

app.timer('sweep-sql-statements', {
  schedule: '0 * * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-sql-statements', openApp, async (timer, context) => {
    const opened = openApp();
    if (!isSweepDue(opened.now(), opened.openedAtMs, timer.isPastDue)) return;
    await sweepStatements(openStatements(opened), statementOrchestrationsOf(context), opened.config.runs.retentionDays);
  }),
});
