import * as df from 'durable-functions';
import { openApp } from '../shared/app.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { followStatement } from '../shared/sql/statements/statement-steps.ts';

df.app.activity('follow-sql-statement', {
  handler: ({ id }: { id: string }) => followStatement(id, openStatements(openApp())),
});
