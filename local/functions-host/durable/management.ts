import { randomUUID } from 'node:crypto';
import { HttpError } from '../http/http-error.ts';
import type { Engine } from './engine.ts';
import { EventType } from './history.ts';
import { type Instance, isEnded } from './instance.ts';
import { newExecutionId } from './task-hub.ts';

/** Characters that Azure Storage refuses in an instance id. */
const BAD_INSTANCE_ID = /[/\\#?\p{Cc}]/u;

/**
 * Starts an orchestration and returns its id; one whose function nobody knows ends as Failed. @throws `HttpError` 400 for a bad id, 409 where one of that
 * id is going on.
 */
export function startNew(
  engine: Engine,
  name: string,
  id: string | undefined,
  input: string | null,
  version?: string,
): string {
  const known = engine.functions.orchestrators.get(name.toLowerCase());
  const instanceId = id || newExecutionId();
  if (BAD_INSTANCE_ID.test(instanceId))
    throw new HttpError(
      400,
      `Instance ID '${instanceId}' is not valid: /, \\, #, ? and control characters are not allowed`,
    );
  const { hub } = engine;
  const existing = hub.instance(instanceId);
  const isOverridable = hub.settings.overridableExistingInstanceStates.toLowerCase() === 'anystate';
  if (existing !== undefined && !isEnded(existing.status) && !isOverridable)
    throw new HttpError(409, `An Orchestration instance with the status ${existing.status} already exists.`);
  hub.store.atomic(() =>
    hub.create({ id: instanceId, name: known?.name ?? name, input, version, isReplacement: existing !== undefined }),
  );
  return instanceId;
}

/** Sends an external event; `data` is JSON text. */
export function raiseEvent(engine: Engine, id: string, name: string, data: string): void {
  const { hub } = engine;
  hub.store.atomic(() => hub.post(id, { EventType: EventType.EventRaised, EventId: -1, Name: name, Input: data }));
}

/** Asks an orchestration to end, pause or go on. */
export function control(
  engine: Engine,
  id: string,
  verb: 'terminate' | 'suspend' | 'resume',
  reason: string | null,
): void {
  const type = {
    terminate: EventType.ExecutionTerminated,
    suspend: EventType.ExecutionSuspended,
    resume: EventType.ExecutionResumed,
  }[verb];
  const { hub } = engine;
  hub.store.atomic(() => hub.post(id, { EventType: type, EventId: -1, Input: reason }));
}

/** Sends an entity an operation; `input` is JSON text. */
export function signalEntity(engine: Engine, address: string, operation: string, input: string | undefined): void {
  const { hub } = engine;
  const message = { id: randomUUID(), op: operation, signal: true, ...(input === undefined ? {} : { input }) };
  hub.store.atomic(() => hub.postToEntity(address, message));
}

/** Deletes instances and returns how many. */
export function purge(engine: Engine, ids: string[]): number {
  const { hub } = engine;
  hub.store.atomic(() => {
    for (const id of ids) hub.remove(id);
  });
  return ids.length;
}

/** Runs an orchestration again from its input, under a new id or its own. Returns the id. */
export function restart(engine: Engine, instance: Instance, isNewId: boolean): string {
  const id = isNewId ? undefined : instance.id;
  return startNew(engine, instance.name, id, instance.input, instance.version ?? undefined);
}
