import * as df from 'durable-functions';
import { openApp } from '../shared/app.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { abandonStatement } from '../shared/sql/statements/statement-steps.ts';

df.app.activity('abandon-sql-statement', {
  handler: ({ id }: { id: string }) => abandonStatement(id, openStatements(openApp())),
});
