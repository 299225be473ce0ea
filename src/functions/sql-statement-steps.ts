import { exportStatement } from '../shared/statements/steps/export-statement.ts';
import { followStatement } from '../shared/statements/steps/follow-statement.ts';
import { openStatements } from '../shared/statements/open-statements.ts';
import { submitStatement } from '../shared/statements/steps/submit-statement.ts';
import type { ActivityHandler } from './register-activities.ts';

/** Submits the statement to Databricks. */
export const submit: ActivityHandler<'submit-sql-statement'> = (context, input) =>
  submitStatement(input, openStatements(context));

/** Reads how far it is. */
export const follow: ActivityHandler<'follow-sql-statement'> = (context, input) =>
  followStatement(input, openStatements(context));

/** Writes its rows where they can be fetched. */
export const exportRows: ActivityHandler<'export-sql-statement'> = (context, input) =>
  exportStatement(input, openStatements(context));
