import * as z from 'zod';
import { numeric, absentIfNull } from '../body-schema.ts';
import type { RunDocument } from '../domain/run-document.ts';
import type { ParsedRunRequest } from '../domain/run-request.ts';
import { mayRead } from '../http/authorize.ts';
import { acceptParsedRun } from '../http/run/accept-parsed-run.ts';
import { callDetails } from '../http/run/call-details.ts';
import { documentFor, settledDocument } from '../http/run/run-response.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { isCompleted, waitForRun } from '../ledger/wait-for-run.ts';
import { boundedResult } from './bounded-result.ts';
import type { ToolCall, ToolOutput } from './tool.ts';

/** Clients give up on a call after a minute. */
const MAX_WAIT_SECONDS = 55;

/** How long a tool waits for the end of a run. */
export const waiting = z.strictObject({
  wait_seconds: absentIfNull(
    numeric(z.number().min(0).max(MAX_WAIT_SECONDS))
      .default(0)
      .describe('Wait so long for the end of the run, and return its result then.'),
  ),
});

/** The id of a run of the gateway. */
export const runId = z
  .string()
  .regex(/^[0-9a-f]{16,64}$/, 'Expected the id of a run document, in hex; not the run_id of Databricks.')
  .describe('The `id` of the run document.');

/** A run as it is after at most `waitSeconds`: with its result if it has ended then. */
export async function runOutput(toolCall: ToolCall, stored: StoredRun, waitSeconds: number): Promise<ToolOutput> {
  const { request, context, orchestrations, call } = toolCall;
  const run = waitSeconds > 0 ? await waitForRun(context, stored, waitSeconds * 1_000, isCompleted) : stored;
  const document = await documentFor(request, context, orchestrations, run);
  if (!isCompleted(run)) return { summary: summaryOf(document), document };
  const result = await boundedResult(context, document, call.connection.signal);
  return { summary: summaryOf(document), document: result };
}

/**
 * Accepts a run that the policy lets the caller have, and returns it as `runOutput` does. Once it is accepted nothing
 * that fails makes an error of it: who gets an error asks again, and the run is there already.
 * @throws what `acceptParsedRun` does
 */
export async function acceptedOutput(
  toolCall: ToolCall,
  parsed: ParsedRunRequest,
  waitSeconds: number,
): Promise<ToolOutput> {
  const { request, context, orchestrations, call } = toolCall;
  const { stored } = await acceptParsedRun(context, orchestrations, call, parsed, {
    idempotencyKey: parsed.idempotencyToken,
    ...callDetails(request, context, call),
  });
  const { submittedBy: owner, request: requested } = stored.record;
  // Waiting gives the result, and whoever may submit need not be one who may read.
  const mayWait = mayRead(context, call, { owner, workspace: requested.workspace }, 'runs:read');
  if (!mayWait || waitSeconds === 0) return settledOutput(toolCall, stored);
  try {
    return await runOutput(toolCall, stored, waitSeconds);
  } catch (error) {
    context.log.warn('result.deferred', { run: stored.record.id, error });
    return settledOutput(toolCall, stored);
  }
}

/** A run of which something has been noted: nothing that fails now makes an error of it. */
export async function settledOutput(toolCall: ToolCall, stored: StoredRun): Promise<ToolOutput> {
  const { request, context, orchestrations } = toolCall;
  const document = await settledDocument(request, context, orchestrations, stored);
  return { summary: summaryOf(document), document };
}

/** One line of a run. */
export function summaryOf({ id, run_name: name, status, outcome, failure, queue_position: position }: RunDocument) {
  const named = name === null ? `Run ${id}` : `Run ${id} (${name})`;
  if (outcome === null) {
    const place = position === null ? '' : `, number ${position} in the queue`;
    return `${named} is ${status}${place}. get_run with wait_seconds waits for its end.`;
  }
  return failure === undefined ? `${named} ${said(outcome)}.` : `${named} ${said(outcome)}: ${failure.message}`;
}

function said(outcome: NonNullable<RunDocument['outcome']>): string {
  return outcome === 'succeeded' ? 'succeeded' : `ended as ${outcome}`;
}
