import type { Submitter } from './caller.ts';
import type { TaskDocument } from './task-document.ts';
import type { DeliveryState } from './delivery-state.ts';
import type { Failure } from './failure.ts';
import type { JobCheck } from './job-check.ts';
import type { Outcome, RunStatus } from './outcome.ts';
import type { RequestSource, RunRequest } from './run-request.ts';

/** All that the gateway keeps of one run: what was asked, by whom, and where it stands. Times are epoch ms. */
export interface RunRecord {
  id: string;
  /**
   * The random part of the idempotency tokens, so that equal ids of two gateways, or of two times, never share a run.
   */
  tokenSalt: string;
  request: RunRequest;
  submittedBy: Submitter;
  /** What allowed the run: the policy's rule, null without a policy. Absent from records of before there was one. */
  decision?: { rule: string | null; job?: JobCheck | undefined };
  /** The Databricks user who may view the run. */
  viewer?: string;
  source: RequestSource;
  /** How many runs of the submitter may be admitted at once; nothing where that is not limited. */
  activeLimit?: number;
  /** The trace (W3C Trace Context) that the run is a part of; absent from records of before every run had one. */
  traceId?: string;
  /** The span of the trace that asked for the run; absent where none did. */
  parentSpanId?: string;
  /** When the request for the run arrived, where that is known. */
  receivedAtMs?: number;
  /** When the present attempt was queued; absent for the first. */
  queuedAtMs?: number;
  /** When the latest repair was asked for. */
  repairedAtMs?: number;
  /** When the first request of the present attempt was about to be sent; nothing before. */
  sentAtMs?: number | undefined;
  /** When Databricks' response to it had come; nothing before. */
  takenAtMs?: number | undefined;
  /** What a message calls what it asks for; absent where it calls it nothing, and for HTTP. */
  correlationId?: string;
  /** The gateway's address as the submitter knows it, for the links in notifications; null where none was used. */
  baseUrl: string | null;
  /** The Durable orchestration that follows the run; a repair starts another. */
  instanceId: string;
  status: RunStatus;
  outcome: Outcome | null;
  failure: Failure | null;
  stateMessage: string;
  attempt: number;
  /** The place in the queue before the workspace; null once the run has been let through. */
  ticket: number | null;
  /**
   * The attempt whose request may have reached Databricks, whatever became of it; 0 before the first. It is noted
   * before the request is sent, and taken back where Databricks has certainly not acted on it.
   */
  sentAttempt: number;
  /** How many requests have been noted so: only the one that was noted last may be taken back. */
  sends?: number;
  /** How many attempts there were before a repair was asked for; nothing before the first repair. */
  attemptsBefore?: number;
  /**
   * The run that has taken over the places of the latest attempt, decided when that was seen to have ended; null where
   * they go back to the gate, nothing before.
   */
  successor?: RunSuccessor | null | undefined;
  /** The latest attempt that has taken over the places of another run; nothing where none has. */
  successorAttempt?: number;
  /** Whether the Databricks run has the addresses of those who are to get e-mail; nothing where none is to. */
  databricksWrites?: boolean;
  /** The Databricks run of the latest attempt. */
  runId: string | null;
  /** The Databricks runs of earlier attempts, oldest first. */
  earlierRunIds: string[];
  jobId: string | null;
  runName: string | null;
  runPageUrl: string | null;
  latestRepairId: string | null;
  /** The body of the repair that the present attempt makes of the Databricks run; null for a run of its own. */
  repair: string | null;
  tasks: TaskDocument[];
  /** When all tasks of a run of several pages were read last; null where one page holds them all. */
  tasksReadAtMs: number | null;
  /** Since when reading Databricks has failed; shown as unreachable after a minute. */
  failingSinceMs: number | null;
  unreachableSinceMs: number | null;
  createdAtMs: number;
  submittedAtMs: number | null;
  startedAtMs: number | null;
  completedAtMs: number | null;
  deadlineAtMs: number | null;
  /** How the notifications stand: those of the latest end, and what of earlier ones is still to be delivered. */
  deliveries: DeliveryState[];
  /** How often notifications that had been given up were asked for again; nothing before the first time. */
  redeliveries?: number;
  /** Databricks has sent notifications of the latest attempt's run: it is hardly read, and the sweep is its net. */
  hasNotifications: boolean;
  /** When an activity last read Databricks, or tried to; the sweep looks for runs that are not read. */
  observedAtMs: number;
}

/** One attempt of a run. */
export interface RunAttempt extends RunKey {
  attempt: number;
}

/** The run that has taken over the places of one that has ended: its ticket, and how many places it holds. */
export interface RunSuccessor {
  run: RunAttempt;
  ticket: number;
  places: number;
}

/** What identifies a record in the ledger; rows are ordered by the time of acceptance. */
export interface RunKey {
  id: string;
  createdAtMs: number;
}

/** The Durable instance of a run's first attempt, or of the repair that an attempt is. */
export function orchestrationId(id: string, attempt: number): string {
  return attempt === 1 ? id : `${id}-${attempt}`;
}

/** The Durable instance that notifies again of the end of an attempt; each time of what was given up it is another. */
export function notificationsId(id: string, attempt: number, redeliveries: number): string {
  return `${id}-notify-${attempt}-${redeliveries}`;
}

/** The Durable instance that follows a run in the place of one that is dead. */
export function replacementId(instanceId: string): string {
  const [, first = instanceId, place = '1'] = /^(.*)\.(\d+)$/.exec(instanceId) ?? [];
  return `${first}.${Number(place) + 1}`;
}

/** At most 64 characters, as the Jobs API demands; another attempt is another run, so it has another token. */
export function idempotencyToken({ id, tokenSalt, attempt }: Pick<RunRecord, 'id' | 'tokenSalt' | 'attempt'>): string {
  return `${id}-${tokenSalt}-${attempt}`;
}
