import { type Action, ActionType, type HttpRequestAction, type RetryOptions } from './actions.ts';
import { divergence, type Scheduled } from './divergence.ts';
import { entityAddress } from './entity-id.ts';
import { EventType, type HistoryEvent, HTTP_ACTIVITY_NAME, sentMessageId } from './history.ts';
import { compoundTask, settledTask, TaskNode } from './task-node.ts';

/** What is to be done after an orchestrator ran. */
export interface Replay {
  /** Events to append, in order: tasks to schedule, timers to set, messages to send. */
  created: HistoryEvent[];
  /** Every action was taken and nothing scheduled is open: the orchestrator's end, if it came to one, takes effect. */
  settled: boolean;
  /** Set when the orchestrator asked for a new generation. */
  continueAsNew: { input: unknown } | undefined;
  /** Ids of timers that the orchestrator gave up before they fired. */
  canceledTimers: number[];
  /** Ids of entities whose lock the orchestrator asked for and has not released. */
  heldLocks: string[];
  /** A retry ended in a way of which durable-functions never hears: on Azure too the orchestration now waits for ever. */
  stalledRetry: boolean;
  /** How the history differs from what the code asks for: the code was changed. Undefined where it does not. */
  divergence: string | undefined;
}

/** What a replay needs beside the history. */
export interface ReplayOptions {
  newId(): string;
  /** Timers longer than this are made of steps. */
  maximumShortTimerMs: number;
  longTimerStepMs: number;
  defaultHttpPollMs: number;
}

const SCHEDULED_TYPES: ReadonlySet<number> = new Set([
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.TimerCreated,
  EventType.EventSent,
]);

/**
 * Replays the actions an orchestrator reported against its history and finds what is new.
 *
 * Actions carry no ids; the library and the host count tasks independently and must agree. So this does what Azure's extension does
 * (`OutOfProcOrchestrationShim` over the Durable Task Framework): it takes one action, waits until the history ends it, takes the next; ids are given in
 * the order in which tasks start, and a retry's timer or a poll's next request starts when the event that causes it is reached.
 */
export function replayActions(actions: Action[], history: HistoryEvent[], options: ReplayOptions): Replay {
  return new ActionReplay(actions, history, options).run();
}

class ActionReplay {
  readonly #actions: Action[];
  readonly #history: HistoryEvent[];
  readonly #options: ReplayOptions;
  /** What the history has scheduled. */
  readonly #scheduled = new Map<number, HistoryEvent>();
  /** What this replay has scheduled, by its number. */
  readonly #replayed: Scheduled[] = [];
  readonly #open = new Map<number | string, TaskNode>();
  readonly #waiters = new Map<string, TaskNode[]>();
  readonly #buffered = new Map<string, number>();
  /** Scheduled tasks that hold the orchestration's end back. */
  readonly #blocking = new Set<number>();
  readonly #result: Replay = {
    created: [],
    settled: false,
    continueAsNew: undefined,
    canceledTimers: [],
    heldLocks: [],
    stalledRetry: false,
    divergence: undefined,
  };
  #nextId = 0;
  #nextAction = 0;
  #current: TaskNode | undefined;
  #nowMs = 0;
  #event: HistoryEvent | undefined;
  #lock: { requestId: string } | undefined;

  constructor(actions: Action[], history: HistoryEvent[], options: ReplayOptions) {
    this.#actions = actions;
    this.#history = history;
    this.#options = options;
    for (const event of history) if (SCHEDULED_TYPES.has(event.EventType)) this.#scheduled.set(event.EventId, event);
  }

  run(): Replay {
    for (const event of this.#history) {
      this.#event = event;
      this.#apply(event);
      if (this.#result.divergence !== undefined) return this.#result;
    }
    const isIdle = this.#nextAction >= this.#actions.length && (this.#current?.done ?? true);
    this.#result.settled = isIdle && this.#blocking.size === 0;
    return this.#result;
  }

  #apply(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.OrchestratorStarted:
        this.#nowMs = Math.max(this.#nowMs, Date.parse(event.Timestamp ?? ''));
        return;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        this.#settle(event.TaskScheduledId, true);
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        this.#settle(event.TaskScheduledId, false);
        break;
      case EventType.TimerFired:
        this.#settle(event.TimerId, true);
        break;
      case EventType.EventRaised:
        this.#raise(event.Name ?? '');
        break;
      case EventType.ExecutionStarted:
        break;
      default:
        if (SCHEDULED_TYPES.has(event.EventType))
          this.#result.divergence = divergence(event, this.#replayed[event.EventId]);
        return;
    }
    this.#advance();
  }

  #advance(): void {
    while ((this.#current?.done ?? true) && this.#result.continueAsNew === undefined) {
      const action = this.#actions[this.#nextAction];
      if (action === undefined) return;
      this.#nextAction++;
      this.#current = this.#take(action);
    }
  }

  #settle(id: number | undefined, succeeded: boolean): void {
    const node = id === undefined ? undefined : this.#open.get(id);
    if (node === undefined || id === undefined) return;
    this.#open.delete(id);
    this.#blocking.delete(id);
    node.settle(succeeded);
  }

  #raise(name: string): void {
    const answer = this.#open.get(name);
    if (answer !== undefined) {
      this.#open.delete(name);
      answer.settle(true);
      return;
    }
    const key = name.toLowerCase();
    // Both sides of the real thing serve the latest of several waiters first.
    const waiter = this.#waiters.get(key)?.pop();
    if (waiter !== undefined) waiter.settle(true);
    else this.#buffered.set(key, (this.#buffered.get(key) ?? 0) + 1);
  }

  #take(action: Action): TaskNode {
    switch (action.actionType) {
      case ActionType.CallActivity:
        return this.#activity(action.functionName, action.input);
      case ActionType.CallActivityWithRetry:
        return this.#retry(action.retryOptions, (isRetry) =>
          this.#activity(action.functionName, action.input, isRetry),
        );
      case ActionType.CallSubOrchestrator:
        return this.#subOrchestration(action);
      case ActionType.CallSubOrchestratorWithRetry:
        return this.#retry(action.retryOptions, (isRetry) => this.#subOrchestration(action, isRetry));
      case ActionType.ContinueAsNew:
        this.#result.continueAsNew = { input: action.input };
        return settledTask();
      case ActionType.CreateTimer:
        return this.#longTimer(Date.parse(action.fireAt), action.isCanceled ?? false);
      case ActionType.WaitForExternalEvent:
        return this.#wait(action.externalEventName);
      case ActionType.CallHttp:
        return this.#http(action.httpRequest);
      case ActionType.WhenAny:
      case ActionType.WhenAll: {
        const kind = action.actionType === ActionType.WhenAny ? 'any' : 'all';
        return compoundTask(
          kind,
          action.compoundActions.map((each) => this.#take(each)),
        );
      }
      default:
        return this.#entityAction(action);
    }
  }

  #entityAction(action: Extract<Action, { actionType: 7 | 9 | 10 | 13 | 14 }>): TaskNode {
    switch (action.actionType) {
      case ActionType.CallEntity:
        return this.#send(action.instanceId, { op: action.operation, ...inputOf(action) }, 'answered');
      case ActionType.SignalEntity:
      case ActionType.ScheduledSignalEntity:
        this.#send(action.instanceId, { op: action.operation, signal: true, ...inputOf(action), due: action.fireAt });
        return settledTask();
      case ActionType.LockEntities: {
        const addresses = action.lockSet.map(({ name, key }) => entityAddress(name, key));
        this.#lock = { requestId: action.lockRequestId };
        this.#result.heldLocks = addresses;
        const [first] = addresses;
        return this.#send(first ?? '', { id: action.lockRequestId, lockset: action.lockSet, pos: 0 }, 'answered');
      }
      case ActionType.ReleaseEntities:
        for (const address of this.#result.heldLocks) this.#send(address, { release: true, id: this.#lock?.requestId });
        this.#lock = undefined;
        this.#result.heldLocks = [];
        return settledTask();
      default:
        throw new Error(
          `Received an unexpected action type from the out-of-proc function: '${String((action as { actionType: unknown }).actionType)}'.`,
        );
    }
  }

  /** Gives the next id to a task; it is new unless the history has it already. */
  #schedule(
    what: Scheduled,
    create: () => Partial<HistoryEvent>,
    isRetry?: boolean,
  ): { node: TaskNode; event: HistoryEvent } {
    const id = this.#nextId++;
    this.#replayed.push(what);
    let event = this.#scheduled.get(id);
    if (event === undefined) {
      event = {
        EventType: what.type,
        EventId: id,
        ...(what.name === '' ? {} : { Name: what.name }),
        ...create(),
        ...(isRetry === true ? { IsRetry: true as const } : {}),
      };
      this.#result.created.push(event);
    }
    const node = new TaskNode(id);
    this.#open.set(id, node);
    this.#blocking.add(id);
    return { node, event };
  }

  #activity(name: string, input: unknown, isRetry?: boolean): TaskNode {
    return this.#schedule(
      { type: EventType.TaskScheduled, name },
      () => ({ Version: '', Input: JSON.stringify([input ?? null]) }),
      isRetry,
    ).node;
  }

  #subOrchestration(action: Extract<Action, { actionType: 2 | 3 }>, isRetry?: boolean): TaskNode {
    return this.#schedule(
      { type: EventType.SubOrchestrationInstanceCreated, name: action.functionName },
      () => ({
        ...(action.instanceId ? { InstanceId: action.instanceId } : {}),
        ...(action.version === undefined ? {} : { Version: action.version }),
        Input: JSON.stringify(action.input ?? null),
      }),
      isRetry,
    ).node;
  }

  #timer(atMs: number, isRetry?: boolean): TaskNode {
    return this.#schedule(
      { type: EventType.TimerCreated, name: '' },
      () => ({ FireAt: new Date(atMs).toISOString() }),
      isRetry,
    ).node;
  }

  /** A timer; one that is too long for the storage is made of steps, each with an id of its own. */
  #longTimer(atMs: number, isCanceled: boolean): TaskNode {
    const outer = new TaskNode();
    const step = (): void => {
      const isLong = atMs - this.#nowMs > this.#options.maximumShortTimerMs;
      const dueMs = isLong ? this.#nowMs + this.#options.longTimerStepMs : atMs;
      const timer = this.#timer(dueMs);
      if (isCanceled) {
        this.#blocking.delete(timer.id);
        this.#result.canceledTimers.push(timer.id);
      }
      timer.onSettled = () => (dueMs < atMs ? step() : outer.settle(true));
    };
    step();
    return outer;
  }

  #wait(name: string): TaskNode {
    const key = name.toLowerCase();
    const buffered = this.#buffered.get(key) ?? 0;
    if (buffered > 0) {
      this.#buffered.set(key, buffered - 1);
      return settledTask();
    }
    const node = new TaskNode();
    const waiters = this.#waiters.get(key) ?? [];
    waiters.push(node);
    this.#waiters.set(key, waiters);
    return node;
  }

  #send(address: string, message: Record<string, unknown>, answer?: 'answered'): TaskNode {
    const { node, event } = this.#schedule({ type: EventType.EventSent, name: messageName(message) }, () => ({
      InstanceId: address,
      Input: JSON.stringify({ ...message, id: message['id'] ?? this.#options.newId() }),
    }));
    this.#open.delete(node.id);
    this.#blocking.delete(node.id);
    const id = answer === undefined ? undefined : sentMessageId(event);
    if (id) this.#open.set(id, node);
    return node;
  }

  /**
   * A call with retries. The Durable Task Framework (`RetryInterceptor`) waits the delay after every failure, the last one included, and
   * durable-functions counts on that timer before it gives up.
   */
  #retry(options: RetryOptions, start: (isRetry: boolean) => TaskNode): TaskNode {
    const outer = new TaskNode();
    const startedMs = this.#nowMs;
    let failures = 0;
    const attempt = (): void => {
      start(failures > 0).onSettled = (node) => {
        if (node.succeeded) return outer.settle(true);
        const timeoutMs = options.retryTimeoutInMilliseconds;
        const isTimedOut = timeoutMs !== undefined && timeoutMs > 0 && this.#nowMs >= startedMs + timeoutMs;
        if (isTimedOut || this.#event?.FailureDetails?.IsNonRetriable === true) {
          this.#result.stalledRetry = true;
          return outer.settle(false);
        }
        const delayMs = retryDelayMs(options, failures);
        failures++;
        this.#timer(this.#nowMs + delayMs, true).onSettled = () =>
          failures >= options.maxNumberOfAttempts ? outer.settle(false) : attempt();
      };
    };
    attempt();
    return outer;
  }

  /** A request; a 202 with a Location is polled there, as the extension does, until another response comes. */
  #http(request: HttpRequestAction): TaskNode {
    const outer = new TaskNode();
    const call = (next: HttpRequestAction): void => {
      this.#activity(HTTP_ACTIVITY_NAME, next).onSettled = (node) => {
        const poll = node.succeeded && request.asynchronousPatternEnabled !== false ? this.#poll() : undefined;
        if (poll === undefined) return outer.settle(node.succeeded);
        this.#timer(this.#nowMs + poll.delayMs).onSettled = () => {
          const { content: _content, ...rest } = request;
          call({ ...rest, method: 'GET', uri: new URL(poll.location, next.uri).href });
        };
      };
    };
    call(request);
    return outer;
  }

  #poll(): { location: string; delayMs: number } | undefined {
    const answer = JSON.parse(this.#event?.Result ?? 'null') as {
      statusCode?: number;
      headers?: Record<string, string>;
    } | null;
    const headers = new Map(Object.entries(answer?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const location = headers.get('location');
    if (answer?.statusCode !== 202 || !location) return undefined;
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return { location, delayMs: Number.isFinite(seconds) ? seconds * 1000 : this.#options.defaultHttpPollMs };
  }
}

/** The name under which a message to an entity is sent; that of a scheduled signal has its time in it. */
function messageName(message: Record<string, unknown>): string {
  if (message['release'] === true) return 'release';
  const { due } = message;
  return typeof due === 'string' ? `op@${due}` : 'op';
}

function inputOf(action: { input?: unknown }): { input?: string } {
  return action.input === undefined ? {} : { input: JSON.stringify(action.input) };
}

/** Milliseconds to wait after a failure; `failures` counts those before it. */
export function retryDelayMs(options: RetryOptions, failures: number): number {
  const delay = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** failures;
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Number.POSITIVE_INFINITY);
}
