import type { AppContext, Workspace } from '../../context.ts';
import { emailAddresses, leavesEmailToDatabricks } from '../../domain/email-writer.ts';
import { jobRefusal } from '../../domain/job-check.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { runTrace } from '../record/run-spans.ts';
import { databricksBody } from './databricks-body.ts';
import { findJob } from '../../databricks/find-job.ts';
import { JobRefusedError } from './job-refused-error.ts';
import { requestBody } from '../record/request-body.ts';
import { makeRequest } from './make-request.ts';
import { prepareRepair } from './prepare-repair.ts';

/** What Databricks made of a request. */
export interface HandedOver {
  runId: string;
  repairId: string | null;
}

/** The orchestration tries again by itself, in a slot of its own; an activity that waits keeps others from running. */
const CALL = { budgetMs: 1_000, timeoutMs: 30_000 };

/** A request that is ready to be sent. */
export interface Prepared {
  /** What the row has to say before it is sent. */
  noted: Partial<RunRecord>;
  /** Sends it, unless its time passes before its turn comes. */
  send: () => Promise<HandedOver>;
}

/**
 * Makes a submit, a run-now or a repair ready, the token included. `notAfterMs`: when it is no longer to be sent.
 *
 * @throws what the vault, storage and Databricks throw, JobNameError, JobRefusedError and UnusableRequestError
 */
export async function prepareSubmit(
  context: AppContext,
  workspace: Workspace,
  record: RunRecord,
  { mayBeSent, notAfterMs, timeoutMs = CALL.timeoutMs }: { mayBeSent: boolean; notAfterMs: number; timeoutMs?: number },
): Promise<Prepared> {
  const call = { ...CALL, timeoutMs, notAfterMs, trace: runTrace(record) };
  await workspace.tokens.getToken();
  const { jobs } = workspace;
  const { repair, runId } = record;
  if (repair !== null && runId !== null) {
    const { latestRepairId, send } = await prepareRepair(jobs, record, { runId, repair, mayBeSent, call });
    return { noted: { latestRepairId }, send: async () => ({ runId, repairId: await send() }) };
  }
  const text = await bodyOf(context, record);
  const { target } = record.request;
  // The same job for all requests under one token, whatever becomes of its name meanwhile.
  const jobId = target.kind === 'run_now' ? (record.jobId ?? (await findJob(jobs, target.job))) : undefined;
  if (jobId !== undefined) checkJob(record, jobId);
  const writesEmail = leavesEmailToDatabricks(record.request, record.attempt, context.channels.has('email'));
  const body = makeRequest(() =>
    databricksBody(record, text, { destinationId: workspace.config.webhook?.id, jobId, writesEmail }),
  );
  const send = () => (target.kind === 'submit' ? jobs.submit(body, call) : jobs.runNow(body, call));
  return {
    noted: {
      ...(jobId === undefined ? {} : { jobId }),
      ...(emailAddresses(record.request.notify).length === 0 ? {} : { databricksWrites: writesEmail }),
    },
    send: async () => ({ runId: (await send()).runId, repairId: null }),
  };
}

/** The policy was asked by the name of the job, and names some by their ids. */
function checkJob({ decision }: RunRecord, jobId: string): void {
  const refusal = decision?.job === undefined ? undefined : jobRefusal(decision.job, jobId);
  if (refusal !== undefined) throw new JobRefusedError(refusal);
}

async function bodyOf(context: AppContext, record: RunRecord): Promise<string> {
  const body = await requestBody(context, record);
  if (body === undefined) throw new Error(`The body of the run ${record.id} is gone.`);
  return body;
}
