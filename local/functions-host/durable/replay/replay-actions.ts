import { type Action, ActionType } from '../actions.ts';
import { EventType, type HistoryEvent } from '../history.ts';
import { EntityMessages } from './entity-messages.ts';
import { ExternalEvents } from './external-events.ts';
import { longTimer, type TimerLimits } from './long-timer.ts';
import { polledRequest } from './polled-request.ts';
import { retriedCall } from './retried-call.ts';
import { ScheduledTasks } from './scheduled-tasks.ts';
import { compoundTask, settledTask, type TaskNode } from './task-node.ts';

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
  /** A retry ended in a way that durable-functions does not learn of: on Azure too the orchestration now waits for ever. */
  stalledRetry: boolean;
  /** How the history differs from what the code asks for: the code was changed. Undefined where it does not. */
  divergence: string | undefined;
}

/** What a replay needs beside the history. */
export interface ReplayOptions extends TimerLimits {
  newId: () => string;
  defaultHttpPollMs: number;
}

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
  readonly #tasks: ScheduledTasks;
  readonly #events = new ExternalEvents();
  readonly #entities: EntityMessages;
  readonly #canceledTimers: number[] = [];
  #continueAsNew: { input: unknown } | undefined;
  #stalledRetry = false;
  #nextAction = 0;
  #current: TaskNode | undefined;

  constructor(actions: Action[], history: HistoryEvent[], options: ReplayOptions) {
    this.#actions = actions;
    this.#history = history;
    this.#options = options;
    this.#tasks = new ScheduledTasks(history);
    this.#entities = new EntityMessages(this.#tasks, options.newId);
  }

  run(): Replay {
    for (const event of this.#history) {
      this.#tasks.event = event;
      const divergence = this.#tasks.divergenceFrom(event);
      if (divergence !== undefined) return this.#result({ settled: false, divergence });
      this.#apply(event);
    }
    const isIdle = this.#nextAction >= this.#actions.length && (this.#current?.done ?? true);
    return this.#result({ settled: isIdle && !this.#tasks.isBlocking, divergence: undefined });
  }

  #result(how: Pick<Replay, 'settled' | 'divergence'>): Replay {
    return {
      ...how,
      created: this.#tasks.created,
      continueAsNew: this.#continueAsNew,
      canceledTimers: this.#canceledTimers,
      heldLocks: this.#entities.heldLocks,
      stalledRetry: this.#stalledRetry,
    };
  }

  #apply(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.OrchestratorStarted:
        this.#tasks.nowMs = Math.max(this.#tasks.nowMs, Date.parse(event.Timestamp ?? ''));
        return;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        this.#tasks.settle(event.TaskScheduledId, true);
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        this.#tasks.settle(event.TaskScheduledId, false);
        break;
      case EventType.TimerFired:
        this.#tasks.settle(event.TimerId, true);
        break;
      case EventType.EventRaised:
        // Entities respond by events too, whose names are the ids of the messages.
        if (!this.#tasks.settle(event.Name ?? '', true)) this.#events.raise(event.Name ?? '');
        break;
      case EventType.ExecutionStarted:
        break;
      default:
        return;
    }
    this.#advance();
  }

  #advance(): void {
    while ((this.#current?.done ?? true) && this.#continueAsNew === undefined) {
      const action = this.#actions[this.#nextAction];
      if (action === undefined) return;
      this.#nextAction++;
      this.#current = this.#take(action);
    }
  }

  #take(action: Action): TaskNode {
    const tasks = this.#tasks;
    switch (action.actionType) {
      case ActionType.CallActivity:
        return tasks.activity(action.functionName, action.input);
      case ActionType.CallActivityWithRetry:
        return retriedCall(
          tasks,
          action.retryOptions,
          (isRetry) => tasks.activity(action.functionName, action.input, isRetry),
          this.#noteStalled,
        );
      case ActionType.CallSubOrchestrator:
        return tasks.subOrchestration(action);
      case ActionType.CallSubOrchestratorWithRetry:
        return retriedCall(
          tasks,
          action.retryOptions,
          (isRetry) => tasks.subOrchestration(action, isRetry),
          this.#noteStalled,
        );
      case ActionType.ContinueAsNew:
        this.#continueAsNew = { input: action.input };
        return settledTask();
      case ActionType.CreateTimer:
        return longTimer(tasks, Date.parse(action.fireAt), this.#options, (timer) => {
          if (action.isCanceled === true) this.#cancel(timer);
        });
      case ActionType.WaitForExternalEvent:
        return this.#events.wait(action.externalEventName);
      case ActionType.CallHttp:
        return polledRequest(tasks, action.httpRequest, this.#options.defaultHttpPollMs);
      case ActionType.WhenAny:
      case ActionType.WhenAll: {
        const kind = action.actionType === ActionType.WhenAny ? 'any' : 'all';
        return compoundTask(
          kind,
          action.compoundActions.map((each) => this.#take(each)),
        );
      }
      default:
        return this.#entities.take(action);
    }
  }

  readonly #noteStalled = (): void => {
    this.#stalledRetry = true;
  };

  #cancel(timer: TaskNode): void {
    this.#tasks.unblock(timer);
    this.#canceledTimers.push(timer.id);
  }
}
