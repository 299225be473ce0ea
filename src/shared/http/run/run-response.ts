import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { queuePosition } from '../../runs/admission/queue-position.ts';
import { runDocument, runLinks, type RunDocument } from '../../domain/run-document.ts';
import { keyedId } from '../../runs/accept/accept-run.ts';
import { RunNotFoundError } from '../../runs/accept/run-errors.ts';
import type { Action } from '../../policy/actions.ts';
import { readRepairBody } from '../../policy/read-body.ts';
import { authorizeExisting } from '../authorize.ts';
import { type Call, json } from '../handler.ts';
import { baseUrl } from '../links.ts';
import { retryAfterSeconds } from '../problem.ts';
import { wrongParameters } from '../query-string.ts';
import { routeValue } from '../route-value.ts';

/** How long Logic Apps and other pollers are asked to wait; a run seldom takes less. */
const RETRY_AFTER_MS = 5_000;

/** The run document as this caller sees it. */
export async function documentFor(
  request: HttpRequest,
  context: AppContext,
  orchestrations: RunOrchestrations,
  stored: StoredRun,
): Promise<RunDocument> {
  const links = runLinks(baseUrl(request, context), stored.record.id);
  return runDocument(stored, links, await queuePosition(orchestrations, stored.record));
}

/**
 * The run document after the ledger has noted what the request asked for: whatever fails then is logged, and the place
 * in the queue is left out. Who gets an error sends a request again that has been granted.
 */
export async function settledDocument(
  request: HttpRequest,
  context: AppContext,
  orchestrations: RunOrchestrations,
  stored: StoredRun,
): Promise<RunDocument> {
  try {
    return await documentFor(request, context, orchestrations, stored);
  } catch (error) {
    context.log.warn('queue_position.unknown', { run: stored.record.id, error });
    return runDocument(stored, runLinks(baseUrl(request, context), stored.record.id), null);
  }
}

/**
 * 202 with everything that the asynchronous request-reply pattern asks for. Who asked for an error status gets one from
 * the address to poll, too: pollers take it as it is.
 */
export function accepted(
  document: RunDocument,
  headers: Record<string, string> = {},
  failOnError = false,
): HttpResponseInit {
  return json(202, document, {
    location: `${document.links.result}${failOnError ? '?fail_on_error=true' : ''}`,
    'operation-location': document.links.self,
    'retry-after': retryAfterSeconds(RETRY_AFTER_MS),
    ...headers,
  });
}

/**
 * The run that a route names, where the caller may do this to it.
 * @throws {RunNotFoundError} there is none, or none that the caller may read
 * @throws {ProblemError} 403 where the caller may read it, and not do this
 */
export async function requestedRun(
  request: HttpRequest,
  context: AppContext,
  call: Call,
  asked: RunAction,
): Promise<StoredRun> {
  return actionableRun(context, call, requestedId(request, call), asked);
}

/** Stands in the path for a run that the query names by its key. */
const BY_KEY = '-';

/** @throws {ProblemError} 400 where path and query both name a run */
function requestedId(request: HttpRequest, { caller }: Call): string {
  const id = routeValue(request, 'id');
  const key = request.query.get('idempotency_key');
  if (key === null) return id;
  if (id === BY_KEY) return keyedId(caller, key);
  throw wrongParameters([{ path: '/idempotency_key', message: `The path names a run too: give ${BY_KEY} there.` }]);
}

/** What is to be done with a run that is there. */
export interface RunAction {
  action: Action;
  /** Of a repair. */
  repairBody?: Record<string, unknown>;
}

/**
 * The run of an id, where the caller may do this to it.
 * @throws {RunNotFoundError} there is none, or none that the caller may read
 * @throws {ProblemError} 403 where the caller may read it, and not do this
 */
export async function actionableRun(
  context: AppContext,
  call: Call,
  id: string,
  { action, repairBody }: RunAction,
): Promise<StoredRun> {
  const stored = /^[0-9a-f]{16,64}$/.test(id) ? await context.ledger.find(id) : undefined;
  const missing = () => new RunNotFoundError(`There is no run ${id.slice(0, 100)}.`);
  if (stored === undefined) throw missing();
  const { submittedBy: owner, request: run } = stored.record;
  const repair = repairBody === undefined ? undefined : readRepairBody(repairBody, run.template);
  const asked = { action, read: 'runs:read', missing, ...(repair === undefined ? {} : { repair }) } as const;
  authorizeExisting(context, call, { id, owner, workspace: run.workspace }, asked);
  return stored;
}
