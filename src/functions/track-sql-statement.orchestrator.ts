import * as df from 'durable-functions';
import { trackSqlStatement } from '../shared/workflow/track-sql-statement.ts';

df.app.orchestration('track-sql-statement', function* (context) {
  yield* trackSqlStatement(context);
});
