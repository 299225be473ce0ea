import { beginAttempt } from '../shared/runs/steps/begin-attempt.ts';
import { cancelRun } from '../shared/runs/steps/cancel-run.ts';
import { completeRun } from '../shared/runs/steps/complete-run.ts';
import { followRun } from '../shared/runs/watch/follow-run.ts';
import { recordHeartbeat } from '../shared/runs/steps/record-heartbeat.ts';
import { notifyEnd } from '../shared/runs/steps/notify-end.ts';
import { queueRun } from '../shared/runs/steps/queue-run.ts';
import { readActiveRuns } from '../shared/runs/watch/read-active-runs.ts';
import { sizeRun } from '../shared/runs/submit/size-run.ts';
import { submitRun } from '../shared/runs/submit/submit-run.ts';
import type { RunActivities } from '../shared/workflow/activities.ts';
import { registerActivities } from './register-activities.ts';

registerActivities<keyof RunActivities>({
  'queue-run': queueRun,
  'size-run': sizeRun,
  'submit-run': submitRun,
  'follow-run': followRun,
  'read-active-runs': readActiveRuns,
  'cancel-run': cancelRun,
  'begin-attempt': beginAttempt,
  'record-heartbeat': recordHeartbeat,
  'complete-run': completeRun,
  'notify-end': notifyEnd,
});
