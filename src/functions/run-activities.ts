import { beginAttempt } from '../shared/runs/begin-attempt.ts';
import { cancelRun } from '../shared/runs/cancel-run.ts';
import { completeRun } from '../shared/runs/complete-run.ts';
import { followRun } from '../shared/runs/follow-run.ts';
import { giveSign } from '../shared/runs/give-sign.ts';
import { notifyEnd } from '../shared/runs/notify-end.ts';
import { queueRun } from '../shared/runs/queue-run.ts';
import { readActiveRuns } from '../shared/runs/read-active-runs.ts';
import { sizeRun } from '../shared/runs/size-run.ts';
import { submitRun } from '../shared/runs/submit-run.ts';
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
  'give-sign': giveSign,
  'complete-run': completeRun,
  'notify-end': notifyEnd,
});
