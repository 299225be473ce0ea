import { openApp } from '../shared/app.ts';
import { exportStatement } from '../shared/sql/statements/export-statement.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { activity } from './activity.ts';

activity('export-sql-statement', (input) => exportStatement(input, openStatements(openApp())));
