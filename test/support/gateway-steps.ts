import type { App } from '../../src/shared/app.ts';
import { beginAttempt } from '../../src/shared/runs/begin-attempt.ts';
import { cancelRun } from '../../src/shared/runs/cancel-run.ts';
import { completeRun } from '../../src/shared/runs/complete-run.ts';
import { followRun } from '../../src/shared/runs/follow-run.ts';
import { giveSign } from '../../src/shared/runs/give-sign.ts';
import { notifyEnd } from '../../src/shared/runs/notify-end.ts';
import type { Orchestrations } from '../../src/shared/runs/orchestrations.ts';
import { queueRun } from '../../src/shared/runs/queue-run.ts';
import { readActiveRuns } from '../../src/shared/runs/read-active-runs.ts';
import { sizeRun } from '../../src/shared/runs/size-run.ts';
import { submitRun } from '../../src/shared/runs/submit-run.ts';

type Step = (app: App, input: never, engine: Orchestrations) => Promise<unknown>;

/** The activities of a run by name, as `src/functions` registers them. */
export const GATEWAY_STEPS: Readonly<Record<string, Step>> = {
  'queue-run': queueRun,
  'size-run': sizeRun,
  'submit-run': submitRun,
  'follow-run': followRun,
  'read-active-runs': readActiveRuns,
  'cancel-run': cancelRun,
  'complete-run': completeRun,
  'give-sign': giveSign,
  'begin-attempt': beginAttempt,
  'notify-end': notifyEnd,
};
