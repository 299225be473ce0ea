import { exportStatement } from '../shared/statements/steps/export-statement.ts';
import { followStatement } from '../shared/statements/steps/follow-statement.ts';
import { openStatements } from '../shared/statements/open-statements.ts';
import { submitStatement } from '../shared/statements/steps/submit-statement.ts';
import type { SqlStatementActivities } from '../shared/workflow/sql-statement-activities.ts';
import { registerActivities } from './register-activities.ts';

registerActivities<keyof SqlStatementActivities>({
  'submit-sql-statement': (app, input) => submitStatement(input, openStatements(app)),
  'follow-sql-statement': (app, input) => followStatement(input, openStatements(app)),
  'export-sql-statement': (app, input) => exportStatement(input, openStatements(app)),
});
