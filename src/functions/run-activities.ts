import type { RunActivities } from '../shared/workflow/activities.ts';
import { registerActivities } from './register-activities.ts';

/** One module for all of them: a run needs most. */
const loaded = () => import('./run-steps.ts');

registerActivities<keyof RunActivities>({
  'queue-run': async () => (await loaded()).queueRun,
  'size-run': async () => (await loaded()).sizeRun,
  'submit-run': async () => (await loaded()).submitRun,
  'follow-run': async () => (await loaded()).followRun,
  'read-active-runs': async () => (await loaded()).readActiveRuns,
  'cancel-run': async () => (await loaded()).cancelRun,
  'begin-attempt': async () => (await loaded()).beginAttempt,
  'record-heartbeat': async () => (await loaded()).recordHeartbeat,
  'complete-run': async () => (await loaded()).completeRun,
  'notify-end': async () => (await loaded()).notifyEnd,
});
