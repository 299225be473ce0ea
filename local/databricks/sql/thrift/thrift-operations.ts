import { randomUUID } from 'node:crypto';
import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import type { Clock } from '../../clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Execution } from '../engine/execution.ts';
import type { Session } from '../engine/session.ts';
import { guidText, handleIdentifier } from './handles.ts';

/** Emulated time after which an operation that nobody asks about is closed. */
const OPERATION_IDLE_MS = 30 * 60_000;

/** A statement or a metadata call, from its start to its close. */
export interface ThriftOperation {
  handle: T.TOperationHandle;
  execution: Execution;
  asArrow: boolean;
  startRow: number;
  session: Session;
  /** Emulated time. */
  lastUsedMs: number;
}

/** The operations that are open. */
export class ThriftOperations {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #operations = new Map<string, ThriftOperation>();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** Gives an execution the handle by which its client asks for it. */
  open(execution: Execution, session: Session, asArrow: boolean): ThriftOperation {
    const handle = new types.TOperationHandle({
      operationId: handleIdentifier(randomUUID()),
      operationType: types.TOperationType.EXECUTE_STATEMENT,
      // Also of a statement without rows, whose result set is empty: clients would ask for it by a handle that is closed.
      hasResultSet: true,
    });
    const operation = { handle, execution, asArrow, startRow: 0, session, lastUsedMs: this.#clock.now() };
    this.#operations.set(guidText(handle.operationId), operation);
    return operation;
  }

  /** The operation of a handle, which counts as used now; undefined where it is not open. */
  find(handle: T.TOperationHandle): ThriftOperation | undefined {
    const operation = this.#operations.get(guidText(handle.operationId));
    if (operation === undefined) return undefined;
    this.#engine.sessions.touch(operation.session.id);
    operation.lastUsedMs = this.#clock.now();
    return operation;
  }

  /** Closes an operation. */
  async free(operation: ThriftOperation): Promise<void> {
    this.#operations.delete(guidText(operation.handle.operationId));
    await operation.execution[Symbol.asyncDispose]();
  }

  /** Closes the operations of a session. */
  async freeOf(session: Session): Promise<void> {
    await this.#freeWhere((operation) => operation.session === session);
  }

  /** Closes the operations of sessions that are closed, and those left alone. */
  async reap(): Promise<void> {
    const earliestMs = this.#clock.now() - OPERATION_IDLE_MS;
    await this.#freeWhere(
      ({ session, lastUsedMs }) => !this.#engine.sessions.has(session.id) || lastUsedMs < earliestMs,
    );
  }

  async #freeWhere(isLeft: (operation: ThriftOperation) => boolean): Promise<void> {
    await Promise.all([...this.#operations.values()].filter(isLeft).map((operation) => this.free(operation)));
  }
}
