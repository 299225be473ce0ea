import { deliveryDocuments } from './delivery-state.ts';
import { isoTime } from './instant.ts';
import type { RunRecord } from './run-record.ts';

/** Where a run's resources are, as absolute URLs. */
export interface RunLinks {
  self: string;
  result: string;
  cancel: string;
}

/** The links of a run below the gateway's address. */
export function runLinks(baseUrl: string, id: string): RunLinks {
  const self = `${baseUrl}/api/runs/${id}`;
  return { self, result: `${self}/result`, cancel: self };
}

/** The run document of the HTTP contract. `queuePosition` is 1 for the run that is next, null once it has gone. */
export function runDocument(
  { record, cancelRequestedAtMs }: { record: RunRecord; cancelRequestedAtMs: number | null },
  links: RunLinks,
  queuePosition: number | null,
) {
  const completed = record.status === 'completed';
  const stopping = !completed && cancelRequestedAtMs !== null;
  return {
    id: record.id,
    status: stopping ? ('canceling' as const) : record.status,
    outcome: record.outcome,
    ...(record.failure === null ? {} : { failure: record.failure }),
    run_id: record.runId,
    /** The Databricks runs of earlier attempts, oldest first. */
    earlier_run_ids: record.earlierRunIds,
    job_id: record.jobId,
    run_page_url: record.runPageUrl,
    run_name: record.runName ?? record.request.runName,
    workspace: record.request.workspace,
    attempt: record.attempt,
    // A repair has attempts of its own.
    max_attempts: (record.attemptsBefore ?? 0) + record.request.retry.maxAttempts,
    queue_position: completed ? null : queuePosition,
    unreachable_since: completed ? null : isoTime(record.unreachableSinceMs),
    submitted_by: record.submittedBy,
    source: record.source,
    /** The rule that allowed the run; null without a policy. */
    decision: record.decision?.rule ?? null,
    template: record.request.template ?? null,
    trace_id: record.traceId ?? null,
    correlation_id: record.correlationId ?? null,
    tasks: record.tasks,
    state_message: stateMessage(record),
    compute: record.request.compute,
    latest_repair_id: record.latestRepairId,
    created_at: isoTime(record.createdAtMs),
    submitted_at: isoTime(record.submittedAtMs),
    started_at: isoTime(record.startedAtMs),
    completed_at: completed ? isoTime(record.completedAtMs) : null,
    deadline_at: isoTime(record.deadlineAtMs),
    labels: record.request.labels,
    notifications: deliveryDocuments(record.deliveries),
    links,
  };
}

/** The run document of the HTTP contract. */
export type RunDocument = ReturnType<typeof runDocument>;

/** The run document as notifications carry it: where else the end is notified of is not for their receivers. */
export type NotificationDocument = Omit<RunDocument, 'notifications'>;

/** What is sent to those who are notified. */
export function notificationDocument({
  notifications: _notifications,
  ...document
}: RunDocument): NotificationDocument {
  return document;
}

/** What Databricks says of the run, or, until it says anything, that it cannot be reached. */
function stateMessage({ status, stateMessage: said, failingSinceMs }: RunRecord): string {
  const isOutOfReach = status !== 'completed' && failingSinceMs !== null && said === '';
  return isOutOfReach ? 'Databricks does not respond; the gateway tries again.' : said;
}
