import type { SqlStatementActivities } from '../shared/workflow/sql-statement-activities.ts';
import { registerActivities } from './register-activities.ts';

const loaded = () => import('./sql-statement-steps.ts');

registerActivities<keyof SqlStatementActivities>({
  'submit-sql-statement': async () => (await loaded()).submit,
  'follow-sql-statement': async () => (await loaded()).follow,
  'export-sql-statement': async () => (await loaded()).exportRows,
});
