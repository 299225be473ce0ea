import * as df from 'durable-functions';
import { openApp } from '../shared/app.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { exportStatement } from '../shared/sql/statements/statement-steps.ts';

df.app.activity('export-sql-statement', {
  handler: ({ id }: { id: string }) => exportStatement(id, openStatements(openApp())),
});
