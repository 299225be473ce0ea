import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { AppContext } from '../../context.ts';
import { callerKey } from '../../admission/caller-key.ts';
import { NO_CALLER_LIMITS, type CallerLimits } from '../../domain/caller-limits.ts';
import type { JobCheck } from '../../domain/job-check.ts';
import { submitterOf, type Caller, type Submitter } from '../../domain/caller.ts';
import { withSubmitterAddress } from '../../domain/email-writer.ts';
import { runViewerOf } from '../../domain/run-viewer.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { RequestSource, ParsedRunRequest } from '../../domain/run-request.ts';
import type { RunClaim } from '../../ledger/run-ledger.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { inlineBody } from '../../ledger/run-row.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { givePlaceBack, keepPlace, takePlace, type PlaceInQueue } from './place-in-queue.ts';
import { startAccepted } from './start-tracking.ts';
import { IdempotencyConflictError, RunNotFoundError } from './run-errors.ts';

/** In hex, with an id of 40 characters and the attempt, it fits into a token. */
const TOKEN_SALT_BYTES = 6;

const TRACE_ID_BYTES = 16;

/** `baseUrl`: the gateway's address as the submitter knows it, where one was used. */
export interface Asked {
  parsed: ParsedRunRequest;
  caller: Caller;
  source: RequestSource;
  /** The rule that allowed it; null without a policy. */
  rule?: string | null;
  /** What the policy has yet to be asked of the job's id. */
  job?: JobCheck | undefined;
  /** How much of the workspace the caller may have. */
  limits?: CallerLimits;
  idempotencyKey: string | undefined;
  baseUrl?: string | undefined;
  /** The trace (W3C Trace Context) that the request is a part of. */
  traceId?: string | undefined;
  /** The span of it that asks for the run. */
  parentSpanId?: string | undefined;
  /** When the request arrived, epoch ms. */
  receivedAtMs?: number | undefined;
  /** What the sender of a message calls its request. */
  correlationId?: string | undefined;
}

/** What came of a request for a run. */
export interface Acceptance {
  stored: StoredRun;
  /** The same request had been accepted before. */
  replayed: boolean;
}

/**
 * Accepts a request for a run: inserts its rows into the ledger, which is the claim on its id, and starts its
 * orchestration. That the id was claimed before is seen by the insert itself, so there is nothing to read first. The
 * same key with the same body gets the run that it made.
 * @throws {IdempotencyConflictError} the key came with another body
 * @throws {QueueFullError} too many runs wait
 * @throws {CallerLimitError} too many of the caller wait, or came within an hour
 * @throws {StorageUnavailableError} nothing has been accepted
 * @throws {EngineUnavailableError} nothing has been accepted
 */
export async function acceptRun(
  context: AppContext,
  orchestrations: RunOrchestrations,
  asked: Asked,
): Promise<Acceptance> {
  const { parsed, idempotencyKey } = asked;
  const id = idempotencyKey === undefined ? randomId() : keyedId(asked.caller, idempotencyKey);
  const { workspace } = parsed.request;
  const { limits = NO_CALLER_LIMITS } = asked;
  let place: PlaceInQueue;
  try {
    place = await takePlace(context, orchestrations, { workspace, caller: callerKey(asked.caller), limits });
  } catch (error) {
    // Who asks again for what was accepted takes no place.
    const earlier = idempotencyKey === undefined ? undefined : await context.ledger.claim(id);
    if (earlier === undefined) throw error;
    return replay(context, orchestrations, earlier, parsed);
  }
  const record = newRecord(context, id, asked, place.takenAtMs);
  let claim: RunClaim | 'created' | undefined;
  try {
    claim = await claimId(context, record, parsed);
  } finally {
    if (claim !== 'created') givePlaceBack(context, place);
  }
  if (claim !== 'created') {
    const earlier = await replay(context, orchestrations, claim, parsed);
    // The same insert arrived twice: the client of storage sends it again where no response came.
    const isOwn = earlier.stored.record.tokenSalt === record.tokenSalt;
    if (isOwn) keepPlace(context, place);
    return { ...earlier, replayed: !isOwn };
  }
  const { source, traceId } = record;
  const caller = callerKey(asked.caller);
  context.log.info('run.accepted', {
    run: id,
    workspace,
    source,
    caller,
    trace: traceId,
    name: parsed.request.runName,
  });
  context.telemetry.measure('gateway.runs.accepted', 1, { workspace, source });
  await startAccepted(context, orchestrations, record);
  return { stored: { record, cancelRequestedAtMs: null, etag: '', writtenAtMs: place.takenAtMs }, replayed: false };
}

async function claimId(
  context: AppContext,
  record: RunRecord,
  parsed: ParsedRunRequest,
): Promise<RunClaim | 'created'> {
  const { bodyHash, databricksBody } = parsed;
  const body = inlineBody(databricksBody) ?? null;
  if (body === null) await context.archive.writeBody(record.id, bodyHash, databricksBody);
  return context.ledger.create(record, { bodyHash, body });
}

async function replay(
  context: AppContext,
  orchestrations: RunOrchestrations,
  claim: RunClaim,
  parsed: ParsedRunRequest,
): Promise<Acceptance> {
  if (claim.bodyHash !== parsed.bodyHash) {
    throw new IdempotencyConflictError();
  }
  const stored = await context.ledger.get(claim);
  if (stored === undefined) throw new RunNotFoundError('The run of this idempotency key has been purged.');
  // The first request may have died between its row and its orchestration.
  if (stored.record.status === 'queued') await startAnew(context, orchestrations, stored.record);
  return { stored, replayed: true };
}

/** Where Durable Functions cannot say whether the run is followed, the next sweep asks again. */
async function startAnew(context: AppContext, orchestrations: RunOrchestrations, record: RunRecord): Promise<void> {
  try {
    if ((await orchestrations.status(record.instanceId)) !== 'none') return;
  } catch (error) {
    context.log.warn('run.start_deferred', { run: record.id, error });
    return;
  }
  await startAccepted(context, orchestrations, record);
}

function newRecord(context: AppContext, id: string, asked: Asked, nowMs: number): RunRecord {
  const {
    parsed,
    caller,
    source,
    rule = null,
    job,
    limits = NO_CALLER_LIMITS,
    baseUrl,
    // Every run has a trace, so that what is done for it is found together.
    traceId = randomBytes(TRACE_ID_BYTES).toString('hex'),
    parentSpanId,
    receivedAtMs,
    correlationId,
  } = asked;
  const request = withSubmitterAddress(parsed.request, caller.userPrincipalName);
  const jobId = request.target.kind === 'run_now' && 'id' in request.target.job ? request.target.job.id : null;
  const viewer = runViewerOf(caller, context.config.runs.viewerDomains);
  return {
    id,
    tokenSalt: randomBytes(TOKEN_SALT_BYTES).toString('hex'),
    request,
    submittedBy: submitterOf(caller),
    decision: { rule, ...(job === undefined ? {} : { job }) },
    ...(limits.active === null ? {} : { activeLimit: limits.active }),
    ...(viewer === undefined ? {} : { viewer }),
    source,
    traceId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    ...(receivedAtMs === undefined ? {} : { receivedAtMs }),
    ...(correlationId === undefined ? {} : { correlationId }),
    baseUrl: baseUrl ?? null,
    instanceId: id,
    status: 'queued',
    outcome: null,
    failure: null,
    stateMessage: '',
    attempt: 1,
    ticket: null,
    sentAttempt: 0,
    runId: null,
    earlierRunIds: [],
    jobId,
    runName: null,
    runPageUrl: null,
    latestRepairId: null,
    repair: null,
    tasks: [],
    tasksReadAtMs: null,
    failingSinceMs: null,
    unreachableSinceMs: null,
    createdAtMs: nowMs,
    submittedAtMs: null,
    startedAtMs: null,
    completedAtMs: null,
    deadlineAtMs: request.deadlineMs === null ? null : nowMs + request.deadlineMs,
    deliveries: [],
    hasNotifications: false,
    observedAtMs: nowMs,
  };
}

function randomId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The id of the run that a caller asks for by a key: the same for as long as both are, so that only one run can claim it. */
export function keyedId(caller: Submitter, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([caller.kind, caller.id, key]))
    .digest('hex')
    .slice(0, 40);
}
