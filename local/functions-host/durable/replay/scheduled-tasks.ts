import type { Action } from '../actions.ts';
import { EventType, type HistoryEvent } from '../history.ts';
import { divergence, type Scheduled } from './divergence.ts';
import { TaskNode } from './task-node.ts';

const SCHEDULED_TYPES: ReadonlySet<number> = new Set([
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.TimerCreated,
  EventType.EventSent,
]);

/**
 * The tasks of a replay, numbered in the order in which they start; one that the history does not have by its number is
 * new. They are settled by the events of the history, the one after the other.
 */
export class ScheduledTasks {
  /** Events to append for what is new, in order. */
  readonly created: HistoryEvent[] = [];
  /** The event of the history that the replay has reached, and the time that the orchestrator has then, epoch ms. */
  event: HistoryEvent | undefined;
  nowMs = 0;
  /** What the history has scheduled. */
  readonly #recorded = new Map<number, HistoryEvent>();
  /** What this replay has scheduled, by its number. */
  readonly #replayed: Scheduled[] = [];
  readonly #open = new Map<number | string, TaskNode>();
  /** Tasks that hold the orchestration's end back. */
  readonly #blocking = new Set<number>();

  constructor(history: readonly HistoryEvent[]) {
    for (const event of history) if (SCHEDULED_TYPES.has(event.EventType)) this.#recorded.set(event.EventId, event);
  }

  /** Whether something is open that holds the orchestration's end back. */
  get isBlocking(): boolean {
    return this.#blocking.size > 0;
  }

  /** How an event by which something was scheduled differs from what the replay has scheduled under its number. */
  divergenceFrom(event: HistoryEvent): string | undefined {
    return SCHEDULED_TYPES.has(event.EventType) ? divergence(event, this.#replayed[event.EventId]) : undefined;
  }

  /** Gives the next number to a task; `create` makes what its event has beside that, if it is new. */
  schedule(
    what: Scheduled,
    create: () => Partial<HistoryEvent>,
    isRetry?: boolean,
  ): { node: TaskNode; event: HistoryEvent } {
    const id = this.#replayed.length;
    this.#replayed.push(what);
    let event = this.#recorded.get(id);
    if (event === undefined) {
      event = {
        EventType: what.type,
        EventId: id,
        ...(what.name === '' ? {} : { Name: what.name }),
        ...create(),
        ...(isRetry === true ? { IsRetry: true as const } : {}),
      };
      this.created.push(event);
    }
    const node = new TaskNode(id);
    this.#open.set(id, node);
    this.#blocking.add(id);
    return { node, event };
  }

  activity(name: string, input: unknown, isRetry?: boolean): TaskNode {
    return this.schedule(
      { type: EventType.TaskScheduled, name },
      () => ({ Version: '', Input: JSON.stringify([input ?? null]) }),
      isRetry,
    ).node;
  }

  subOrchestration(action: Extract<Action, { actionType: 2 | 3 }>, isRetry?: boolean): TaskNode {
    return this.schedule(
      { type: EventType.SubOrchestrationInstanceCreated, name: action.functionName },
      () => ({
        ...(action.instanceId ? { InstanceId: action.instanceId } : {}),
        ...(action.version === undefined ? {} : { Version: action.version }),
        Input: JSON.stringify(action.input ?? null),
      }),
      isRetry,
    ).node;
  }

  /** A timer as the storage keeps one. */
  timer(atMs: number, isRetry?: boolean): TaskNode {
    return this.schedule(
      { type: EventType.TimerCreated, name: '' },
      () => ({ FireAt: new Date(atMs).toISOString() }),
      isRetry,
    ).node;
  }

  /** Settles the task of a number, or of the id of a message that has a response. Returns whether there was one. */
  settle(id: number | string | undefined, succeeded: boolean): boolean {
    const node = id === undefined ? undefined : this.#open.get(id);
    if (node === undefined || id === undefined) return false;
    this.#open.delete(id);
    if (typeof id === 'number') this.#blocking.delete(id);
    node.settle(succeeded);
    return true;
  }

  /** The orchestration may end while the task is open. */
  unblock({ id }: TaskNode): void {
    this.#blocking.delete(id);
  }

  /** The task is that of a message: it is open until the response to it comes, if there will be one. */
  awaitResponse(node: TaskNode, messageId: string | undefined): void {
    this.#open.delete(node.id);
    this.unblock(node);
    if (messageId) this.#open.set(messageId, node);
  }
}
