import { type Action, ActionType } from '../actions.ts';
import { entityAddress } from '../entity-id.ts';
import { EventType, sentMessageId } from '../history.ts';
import type { ScheduledTasks } from './scheduled-tasks.ts';
import { settledTask, type TaskNode } from './task-node.ts';

/** An action that sends messages to entities. */
export type EntityMessageAction = Extract<Action, { actionType: 7 | 9 | 10 | 13 | 14 }>;

/** The messages that a replay sends to entities, and the locks that it holds. */
export class EntityMessages {
  /** Ids of entities whose lock the orchestrator asked for and has not released. */
  heldLocks: string[] = [];
  readonly #tasks: ScheduledTasks;
  readonly #newId: () => string;
  #lock: { requestId: string } | undefined;

  constructor(tasks: ScheduledTasks, newId: () => string) {
    this.#tasks = tasks;
    this.#newId = newId;
  }

  /** @throws {Error} an action of another kind, in the words of the extension */
  take(action: EntityMessageAction): TaskNode {
    switch (action.actionType) {
      case ActionType.CallEntity:
        return this.#call(action.instanceId, { op: action.operation, ...inputOf(action) });
      case ActionType.SignalEntity:
      case ActionType.ScheduledSignalEntity:
        this.#send(action.instanceId, { op: action.operation, signal: true, ...inputOf(action), due: action.fireAt });
        return settledTask();
      case ActionType.LockEntities: {
        this.#lock = { requestId: action.lockRequestId };
        this.heldLocks = action.lockSet.map(({ name, key }) => entityAddress(name, key));
        const [first = ''] = this.heldLocks;
        return this.#call(first, { id: action.lockRequestId, lockset: action.lockSet, pos: 0 });
      }
      case ActionType.ReleaseEntities:
        for (const address of this.heldLocks) this.#send(address, { release: true, id: this.#lock?.requestId });
        this.#lock = undefined;
        this.heldLocks = [];
        return settledTask();
      default:
        throw new Error(
          `Received an unexpected action type from the out-of-proc function: '${String((action as { actionType: unknown }).actionType)}'.`,
        );
    }
  }

  /** A message whose task settles with the response. */
  #call(address: string, message: Record<string, unknown>): TaskNode {
    const { node, event } = this.#schedule(address, message);
    this.#tasks.awaitResponse(node, sentMessageId(event));
    return node;
  }

  #send(address: string, message: Record<string, unknown>): void {
    this.#tasks.awaitResponse(this.#schedule(address, message).node, undefined);
  }

  #schedule(address: string, message: Record<string, unknown>) {
    return this.#tasks.schedule({ type: EventType.EventSent, name: messageName(message) }, () => ({
      InstanceId: address,
      Input: JSON.stringify({ ...message, id: message['id'] ?? this.#newId() }),
    }));
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
