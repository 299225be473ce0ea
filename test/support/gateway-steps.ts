import type { AppContext } from '../../src/shared/context.ts';
import { beginAttempt } from '../../src/shared/runs/steps/begin-attempt.ts';
import { cancelRun } from '../../src/shared/runs/steps/cancel-run.ts';
import { completeRun } from '../../src/shared/runs/steps/complete-run.ts';
import { followRun } from '../../src/shared/runs/watch/follow-run.ts';
import { recordHeartbeat } from '../../src/shared/runs/steps/record-heartbeat.ts';
import { notifyEnd } from '../../src/shared/runs/steps/notify-end.ts';
import type { RunOrchestrations } from '../../src/shared/durable/run-orchestrations.ts';
import { queueRun } from '../../src/shared/runs/steps/queue-run.ts';
import { readActiveRuns } from '../../src/shared/runs/watch/read-active-runs.ts';
import { sizeRun } from '../../src/shared/runs/submit/size-run.ts';
import { submitRun } from '../../src/shared/runs/submit/submit-run.ts';

type Step = (context: AppContext, input: never, orchestrations: RunOrchestrations) => Promise<unknown>;

/** The activities of a run by name, as `src/functions` registers them. */
export const GATEWAY_STEPS: Readonly<Record<string, Step>> = {
  'queue-run': queueRun,
  'size-run': sizeRun,
  'submit-run': submitRun,
  'follow-run': followRun,
  'read-active-runs': readActiveRuns,
  'cancel-run': cancelRun,
  'complete-run': completeRun,
  'record-heartbeat': recordHeartbeat,
  'begin-attempt': beginAttempt,
  'notify-end': notifyEnd,
};
