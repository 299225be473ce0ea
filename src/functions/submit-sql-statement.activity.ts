import * as df from 'durable-functions';
import { openApp } from '../shared/app.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { submitStatement } from '../shared/sql/statements/statement-steps.ts';

df.app.activity('submit-sql-statement', {
  handler: ({ id }: { id: string }) => submitStatement(id, openStatements(openApp())),
});
