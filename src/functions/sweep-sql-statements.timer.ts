import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { sweepStatements } from '../shared/sql/statements/sweep-statements.ts';
import { durableClient, statementEngineOf } from './engine.ts';

app.timer('sweep-sql-statements', {
  schedule: '0 */5 * * * *',
  extraInputs: [durableClient],
  handler: async (_timer, context) => {
    const opened = openApp();
    await sweepStatements(openStatements(opened), statementEngineOf(context), opened.config.runs.retentionDays);
  },
});
