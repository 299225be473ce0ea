// What carries out the activities of runs: a line each.
export { beginAttempt } from '../shared/runs/steps/begin-attempt.ts';
export { cancelRun } from '../shared/runs/steps/cancel-run.ts';
export { completeRun } from '../shared/runs/steps/complete-run.ts';
export { followRun } from '../shared/runs/watch/follow-run.ts';
export { recordHeartbeat } from '../shared/runs/steps/record-heartbeat.ts';
export { notifyEnd } from '../shared/runs/steps/notify-end.ts';
export { queueRun } from '../shared/runs/steps/queue-run.ts';
export { readActiveRuns } from '../shared/runs/watch/read-active-runs.ts';
export { sizeRun } from '../shared/runs/submit/size-run.ts';
export { submitRun } from '../shared/runs/submit/submit-run.ts';
