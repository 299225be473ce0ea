import { z } from 'zod';
import { invalidParameter, invalidState } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { idSchema } from '../runs/settings.ts';
import { isTerminal } from '../runs/state.ts';

const bodySchema = z.looseObject({ run_id: idSchema });

/** Deletes a run that has ended. */
export const runsDelete: Operation = {
  name: 'runs/delete',
  method: 'POST',
  path: 'jobs/runs/delete',
  handle({ body }, { runs }) {
    const { run_id: runId } = parseBody(body, bodySchema);
    const run = runs.kept.get(runId);
    if (run === undefined) throw invalidParameter(`Run ${runId} does not exist.`);
    if (!isTerminal(run.state)) throw invalidState(`Run ${runId} is active: it can be deleted once it has ended.`);
    runs.delete(run);
    return {};
  },
};
