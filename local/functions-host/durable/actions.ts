/** Numbers of the actions an orchestrator reports (durable-functions `ActionType`). */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  ScheduledSignalEntity: 10,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

/** How an activity or a sub-orchestration is retried. */
export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}

/** A durable HTTP request. */
export interface HttpRequestAction {
  method: string;
  uri: string;
  content?: string;
  headers?: Record<string, string>;
  tokenSource?: unknown;
  asynchronousPatternEnabled?: boolean;
}

interface ActivityAction {
  functionName: string;
  input?: unknown;
}

interface SubOrchestrationAction extends ActivityAction {
  instanceId?: string;
  version?: string;
}

interface EntityAction {
  instanceId: string;
  operation: string;
  input?: unknown;
  fireAt?: string;
}

/** One thing an orchestrator asked for, as durable-functions reports it. */
export type Action =
  | ({ actionType: 0 } & ActivityAction)
  | ({ actionType: 1; retryOptions: RetryOptions } & ActivityAction)
  | ({ actionType: 2 } & SubOrchestrationAction)
  | ({ actionType: 3; retryOptions: RetryOptions } & SubOrchestrationAction)
  | { actionType: 4; input?: unknown }
  | { actionType: 5; fireAt: string; isCanceled?: boolean }
  | { actionType: 6; externalEventName: string }
  | ({ actionType: 7 | 9 | 10 } & EntityAction)
  | { actionType: 8; httpRequest: HttpRequestAction }
  | { actionType: 11 | 12; compoundActions: Action[] }
  | { actionType: 13; lockRequestId: string; lockSet: { name: string; key: string }[] }
  | { actionType: 14 };

/** What an orchestrator function returns: every action since the start of the generation, and how it stands. */
export interface OrchestratorState {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
  error?: string;
  customStatus?: unknown;
  schemaVersion?: number;
  failureDetails?: Record<string, unknown>;
}

const LABEL = '\n\n$OutOfProcData$:';

/** The state that a failed orchestrator carries in its error's message; `undefined` if the error is of another kind. */
export function stateInError(message: string): OrchestratorState | undefined {
  const at = message.indexOf(LABEL);
  return at < 0 ? undefined : (JSON.parse(message.slice(at + LABEL.length)) as OrchestratorState);
}
