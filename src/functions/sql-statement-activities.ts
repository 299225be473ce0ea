import { exportStatement } from '../shared/statements/steps/export-statement.ts';
import { followStatement } from '../shared/statements/steps/follow-statement.ts';
import { openStatements } from '../shared/statements/open-statements.ts';
import { submitStatement } from '../shared/statements/steps/submit-statement.ts';
import type { SqlStatementActivities } from '../shared/workflow/sql-statement-activities.ts';
import { registerActivities } from './register-activities.ts';

registerActivities<keyof SqlStatementActivities>({
  'submit-sql-statement': (context, input) => submitStatement(input, openStatements(context)),
  'follow-sql-statement': (context, input) => followStatement(input, openStatements(context)),
  'export-sql-statement': (context, input) => exportStatement(input, openStatements(context)),
});
