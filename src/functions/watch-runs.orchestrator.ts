import * as df from 'durable-functions';
import { watchRuns } from '../shared/workflow/watch-runs.ts';

df.app.orchestration('watch-runs', watchRuns);
