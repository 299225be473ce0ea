/** Numbers of the Durable Task Framework's history events (DurableTask.Core `EventType`). */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionFailed: 2,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  ContinueAsNew: 16,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

/** The number of an event's type. */
export type EventTypeNumber = (typeof EventType)[keyof typeof EventType];

/** The name of an event type, as the HTTP API shows it. */
export function eventTypeName(type: EventTypeNumber): string {
  return Object.entries(EventType).find(([, number]) => number === type)?.[0] ?? String(type);
}

/** How a failure is described on the wire (DurableTask.Core `FailureDetails`). */
export interface FailureDetails {
  ErrorType?: string;
  ErrorMessage?: string;
  StackTrace?: string;
  IsNonRetriable?: boolean;
  Properties?: Record<string, unknown>;
  InnerFailure?: FailureDetails;
}

/**
 * One event of an orchestration's history, in the JSON of the Durable Task Framework. `EventId` numbers what the orchestrator scheduled and is -1 otherwise;
 * `Input` and `Result` hold JSON text; times are ISO 8601.
 */
export interface HistoryEvent {
  EventType: EventTypeNumber;
  EventId: number;
  Timestamp?: string;
  Name?: string;
  Version?: string;
  Input?: string | null;
  Result?: string | null;
  TaskScheduledId?: number;
  TimerId?: number;
  FireAt?: string;
  InstanceId?: string;
  Reason?: string;
  Details?: string;
  FailureDetails?: FailureDetails;
  OrchestrationStatus?: string;
  OrchestrationInstance?: { InstanceId: string; ExecutionId: string };
  ParentInstance?: unknown;
  Tags?: unknown;
  ScheduledStartTime?: string | null;
  /** Marks what a retry scheduled, so that a rewind can take the whole attempt back. */
  IsRetry?: true;
}

/** The name of the activity by which the host makes an orchestrator's `callHttp` requests. */
export const HTTP_ACTIVITY_NAME = 'BuiltIn::HttpActivity';

/** The id in the message of an EventSent event, by which its response will be known. */
export function sentMessageId(event: HistoryEvent): string | undefined {
  const message = JSON.parse(event.Input ?? '{}') as { id?: string };
  return message.id;
}
