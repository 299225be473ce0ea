import { openApp } from '../shared/app.ts';
import { followStatement } from '../shared/sql/statements/follow-statement.ts';
import { openStatements } from '../shared/sql/statements/open-statements.ts';
import { activity } from './activity.ts';

activity('follow-sql-statement', (input) => followStatement(input, openStatements(openApp())));
