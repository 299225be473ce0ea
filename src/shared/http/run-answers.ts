import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../app.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { Orchestrations } from '../runs/orchestrations.ts';
import { queuePosition } from '../runs/queue-position.ts';
import { runDocument, runLinks, type RunDocument } from '../runs/run-document.ts';
import { RunNotFoundError } from '../runs/run-errors.ts';
import { json } from './handler.ts';
import { baseUrl } from './links.ts';
import { retryAfterSeconds } from './problem.ts';

/** What Logic Apps and other pollers are told to wait; a run seldom takes less. */
const RETRY_AFTER_MS = 5_000;

/** The run document as this caller sees it. */
export async function documentFor(
  request: HttpRequest,
  app: App,
  engine: Orchestrations,
  stored: StoredRun,
): Promise<RunDocument> {
  const links = runLinks(baseUrl(request, app), stored.record.id);
  return runDocument(stored, links, await queuePosition(engine, stored.record));
}

/** 202 with everything that the asynchronous request-reply pattern asks for. */
export function accepted(document: RunDocument, headers: Record<string, string> = {}): HttpResponseInit {
  return json(202, document, {
    location: document.links.result,
    'operation-location': document.links.self,
    'retry-after': retryAfterSeconds(RETRY_AFTER_MS),
    ...headers,
  });
}

/** The run that a route names. Raises RunNotFoundError. */
export async function requestedRun(request: HttpRequest, app: App): Promise<StoredRun> {
  const id = request.params['id'] ?? '';
  const stored = /^[0-9a-f]{16,64}$/.test(id) ? await app.ledger.find(id) : undefined;
  if (stored === undefined) throw new RunNotFoundError(`There is no run ${id.slice(0, 100)}.`);
  return stored;
}
