import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { sweepStatements } from '../shared/sql/statements/sweep-statements.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { durableClient, statementEngineOf } from './engine.ts';

app.timer('sweep-sql-statements', {
  schedule: '0 */5 * * * *',
  extraInputs: [durableClient],
  handler: logged('sweep-sql-statements', openApp, async (_timer, context) => {
    const opened = openApp();
    await sweepStatements(openStatements(opened), statementEngineOf(context), opened.config.runs.retentionDays);
  }),
});
