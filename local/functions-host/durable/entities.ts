import { randomUUID } from 'node:crypto';
import { describeError } from '../log.ts';
import { fromRpcData, jsonData } from '../worker/rpc-data.ts';
import type { DurableFunctions, DurableInvoker } from './durable-functions.ts';
import { entityAddress, parseEntityAddress } from './entity-id.ts';
import { EventType } from './history.ts';
import type { EntityMessage, TaskHub } from './task-hub.ts';

/** A row of `entities`; `state` is JSON text, `lockedBy` the id of an orchestration. */
export interface EntityRow {
  id: string;
  present: number;
  state: string | null;
  lockedBy: string | null;
  updated: number;
}

interface QueuedMessage {
  seq: number;
  message: EntityMessage;
}

/** What an entity function returns for a batch. */
interface BatchResult {
  entityExists: boolean;
  entityState?: string | null;
  results: { isError?: boolean; result?: string | null }[];
  signals: { target: { name: string; key: string }; name: string; input?: string }[];
}

/** What is to be done with an entity's queue: operations to run, locks to grant, everything consumed, and the lock's holder afterwards. */
export interface EntityPlan {
  operations: EntityMessage[];
  grants: EntityMessage[];
  consumed: number[];
  lockedBy: string | null;
}

/** Sorts an entity's queue. While an orchestration holds the lock, only its own calls run; the rest waits in order. */
export function planBatch(queue: QueuedMessage[], lockedBy: string | null, maximum: number): EntityPlan {
  const plan: EntityPlan = { operations: [], grants: [], consumed: [], lockedBy };
  for (const { seq, message } of queue) {
    if (message.release === true) {
      if (plan.lockedBy === message.parent) plan.lockedBy = null;
    } else if (plan.lockedBy !== null && (message.signal === true || message.parent !== plan.lockedBy)) {
      continue;
    } else if (message.lockset !== undefined) {
      plan.lockedBy = message.parent ?? null;
      plan.grants.push(message);
    } else {
      if (plan.operations.length >= maximum) break;
      plan.operations.push(message);
    }
    plan.consumed.push(seq);
  }
  return plan;
}

/** Runs entities: batches of operations, one batch of an entity at a time. */
export class Entities {
  readonly #hub: TaskHub;
  readonly #functions: DurableFunctions;
  readonly #invoker: DurableInvoker;

  constructor(hub: TaskHub, functions: DurableFunctions, invoker: DurableInvoker) {
    this.#hub = hub;
    this.#functions = functions;
    this.#invoker = invoker;
  }

  /** One batch of an entity. Never rejects. */
  async run(id: string): Promise<void> {
    try {
      while (await this.#batch(id));
    } catch (error) {
      this.#invoker.log('error', `the batch of entity '${id}' failed: ${describeError(error)}`);
    }
  }

  /** Returns whether there may be more to do at once. */
  async #batch(id: string): Promise<boolean> {
    const { store, settings } = this.#hub;
    const entity = store.get<EntityRow>('SELECT * FROM entities WHERE id=?', id);
    const queue = store
      .all<{ seq: number; message: string }>(
        'SELECT seq,message FROM entity_inbox WHERE entity=? AND due<=? ORDER BY due, seq',
        id,
        this.#hub.now(),
      )
      .map((row) => ({ seq: row.seq, message: JSON.parse(row.message) as EntityMessage }));
    const lockedBy = entity?.lockedBy ?? null;
    const plan = planBatch(queue, lockedBy, settings.maxEntityOperationBatchSize);
    if (plan.consumed.length === 0) return false;
    const result = await this.#operate(id, entity, plan.operations);
    store.atomic(() => this.#write(id, plan, result, lockedBy));
    return queue.length > plan.consumed.length && plan.lockedBy !== lockedBy;
  }

  async #operate(id: string, entity: EntityRow | undefined, operations: EntityMessage[]): Promise<BatchResult> {
    const unchanged = { entityExists: entity?.present === 1, entityState: entity?.state ?? null, signals: [] };
    if (operations.length === 0) return { ...unchanged, results: [] };
    const self = parseEntityAddress(id);
    const fn = this.#functions.entities.get(self.name.toLowerCase());
    try {
      if (fn === undefined) {
        const problem = `The function '${self.name}' doesn't exist, is disabled, or is not an entity function.`;
        this.#invoker.log('error', `${id}: ${problem}`);
        throw new Error(problem);
      }
      const { counts } = this.#hub;
      counts.add('entityBatches', fn.name);
      for (const { op = '' } of operations) counts.add('entityOperations', `${fn.name}.${op}`);
      const result = await this.#invoker.invoke(
        fn,
        jsonData({
          self,
          exists: unchanged.entityExists,
          state: unchanged.entityState,
          batch: operations.map(({ op, input, signal }) => ({ name: op, input, isSignal: signal ?? false })),
        }),
      );
      return fromRpcData(result.returnValue) as BatchResult;
    } catch (error) {
      const result = JSON.stringify(error instanceof Error ? error.message : String(error));
      return { ...unchanged, results: operations.map(() => ({ isError: true, result })) };
    }
  }

  #write(id: string, plan: EntityPlan, result: BatchResult, lockedBefore: string | null): void {
    const { store } = this.#hub;
    for (const seq of plan.consumed) store.run('DELETE FROM entity_inbox WHERE entity=? AND seq=?', id, seq);
    // The lock's holder may have ended while the batch ran; then the lock is free already.
    const current =
      store.get<{ lockedBy: string | null }>('SELECT lockedBy FROM entities WHERE id=?', id)?.lockedBy ?? null;
    const lockedBy = plan.lockedBy === lockedBefore ? current : plan.lockedBy;
    store.run(
      'INSERT OR REPLACE INTO entities(id,present,state,lockedBy,updated) VALUES(?,?,?,?,?)',
      id,
      result.entityExists ? 1 : 0,
      result.entityState ?? null,
      lockedBy,
      this.#hub.now(),
    );
    plan.operations.forEach((message, index) => {
      if (message.signal !== true) this.#respond(message, result.results[index] ?? {});
    });
    for (const signal of result.signals)
      this.#hub.postToEntity(entityAddress(signal.target.name, signal.target.key), {
        id: randomUUID(),
        op: signal.name,
        signal: true,
        ...(signal.input ? { input: signal.input } : {}),
      });
    for (const grant of plan.grants) this.#passOn(grant);
  }

  #respond(message: EntityMessage, { isError, result }: { isError?: boolean; result?: string | null }): void {
    this.#reply(message, {
      ...(result == null ? {} : { result }),
      ...(isError === true ? { exceptionType: 'Error' } : {}),
    });
  }

  /** A granted lock goes on to the next entity of the set; the last one notifies the orchestration. */
  #passOn(grant: EntityMessage): void {
    const pos = (grant.pos ?? 0) + 1;
    const next = grant.lockset?.[pos];
    if (next !== undefined) this.#hub.postToEntity(entityAddress(next.name, next.key), { ...grant, pos });
    else this.#reply(grant, { result: 'null' });
  }

  #reply(message: EntityMessage, response: Record<string, unknown>): void {
    this.#hub.post(
      message.parent ?? '',
      { EventType: EventType.EventRaised, EventId: -1, Name: message.id, Input: JSON.stringify(response) },
      { execution: message.parentExecution ?? null },
    );
  }
}
