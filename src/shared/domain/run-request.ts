import type { FailureClass } from './failure.ts';
import type { Outcome } from './outcome.ts';

/** The ways that a request comes by; `mcp` is HTTP by the Model Context Protocol. */
export const REQUEST_SOURCES = ['http', 'mcp', 'queue', 'event_grid'] as const;

/** The way that a request came by. */
export type RequestSource = (typeof REQUEST_SOURCES)[number];

/** What kind of compute the tasks of a run name. */
export type Compute = 'existing_cluster' | 'job_cluster' | 'serverless' | 'warehouse' | 'mixed';

/** When a run that ended badly is tried again, each time as a new Databricks run. */
export interface RetryPolicy {
  maxAttempts: number;
  backoffMs: number;
  on: FailureClass[];
}

/**
 * Where a notification is sent: a channel, and its receiver: the address of a callback, the name of a queue.
 */
export interface NotificationTarget {
  name: string;
  target: string;
}

/** Who is notified of the end of a run, and of which ends. */
export interface NotifyRequest {
  on: Outcome[];
  channels: NotificationTarget[];
}

/** How a run is started at Databricks: a one-time run, or a run of a saved job, known by its id or its name. */
export type RunTarget = { kind: 'submit' } | { kind: 'run_now'; job: { id: string } | { name: string } };

/** A request for a run, whatever trigger it came through; the body for Databricks travels beside it, as text. */
export interface RunRequest {
  target: RunTarget;
  /** The name of the template that the request was made by; absent where none was. */
  template?: string;
  workspace: string;
  runName: string | null;
  /**
   * What the task of a single-task body is called here: Databricks names it after the run. Absent for a body with
   * tasks.
   */
  shorthandTaskKey?: string;
  taskCount: number;
  /** Null where it needs none, and for a run of a saved job until Databricks has shown it. */
  compute: Compute | null;
  /** Equal for runs of the same notebooks or the same job; earlier durations are remembered by it. */
  workKey: string;
  deadlineMs: number | null;
  retry: RetryPolicy;
  notify: NotifyRequest | null;
  labels: Record<string, string>;
}

/** A body that has been parsed: the request, the text for Databricks, and the hash that identifies the body. */
export interface ParsedRunRequest {
  request: RunRequest;
  /** What Databricks is to get, digits kept; without `gateway` and `idempotency_token`, which are the gateway's. */
  databricksBody: string;
  /** The value that `databricksBody` is written from. */
  body: Readonly<Record<string, unknown>>;
  bodyHash: string;
  idempotencyToken: string | undefined;
}
