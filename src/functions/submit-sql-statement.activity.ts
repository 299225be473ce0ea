import { openApp } from '../shared/app.ts';
import { submitStatement } from '../shared/sql/statements/submit-statement.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { activity } from './activity.ts';

activity('submit-sql-statement', (input) => submitStatement(input, openStatements(openApp())));
