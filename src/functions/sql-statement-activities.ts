import { exportStatement } from '../shared/sql/statements/export-statement.ts';
import { followStatement } from '../shared/sql/statements/follow-statement.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { submitStatement } from '../shared/sql/statements/submit-statement.ts';
import type { SqlStatementActivities } from '../shared/workflow/sql-statement-activities.ts';
import { registerActivities } from './register-activities.ts';

registerActivities<keyof SqlStatementActivities>({
  'submit-sql-statement': (app, input) => submitStatement(input, openStatements(app)),
  'follow-sql-statement': (app, input) => followStatement(input, openStatements(app)),
  'export-sql-statement': (app, input) => exportStatement(input, openStatements(app)),
});
