import type { NotificationDocument } from '../domain/run-document.ts';
import type { RunChange } from './channel.ts';
import type { PublishedEvent } from './event-grid-topic.ts';
import { fittedDocument } from './fitted-document.ts';

/** Event Grid takes 1 MB; what stands around the document is far below the rest. */
const MAX_BYTES = 1_000_000;

/** What events are called, by what has become of the run. */
export const EVENT_TYPES: Readonly<Record<RunChange, `DatabricksGateway.Run${string}`>> = {
  queued: 'DatabricksGateway.RunQueued',
  submitted: 'DatabricksGateway.RunSubmitted',
  started: 'DatabricksGateway.RunStarted',
  retrying: 'DatabricksGateway.RunRetrying',
  canceling: 'DatabricksGateway.RunCanceling',
  completed: 'DatabricksGateway.RunCompleted',
};

/**
 * The event of what has become of a run, as `docs/events.md` describes it. Its id is made of the run's, the attempt and
 * the change: a repetition has the same, so that subscribers recognise it. `data` is the run document as it was then, in
 * `maxBytes` at most.
 */
export function runEvent(
  change: RunChange,
  document: NotificationDocument,
  nowMs: number,
  maxBytes = MAX_BYTES,
): PublishedEvent {
  return {
    id: `${document.id}-${document.attempt}-${change}`,
    type: EVENT_TYPES[change],
    source: '/databricks-gateway/runs',
    subject: document.id,
    time: new Date(nowMs),
    data: fittedDocument(document, maxBytes),
  };
}
