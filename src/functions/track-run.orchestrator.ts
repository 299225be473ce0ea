import * as df from 'durable-functions';
import { trackRun } from '../shared/workflow/track-run.ts';
import { admissionOf } from '../shared/durable/durable-client.ts';

df.app.orchestration('track-run', function* (context) {
  return yield* trackRun(context, admissionOf);
});
