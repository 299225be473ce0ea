import { randomUUID } from 'node:crypto';
import type { DurableTaskSettings } from '../settings.ts';
import { EventType, type HistoryEvent } from './history.ts';
import { HistoryCache } from './history-cache.ts';
import type { Instance, RuntimeStatus } from './instance.ts';
import { RunCounts } from './run-counts.ts';
import type { Store } from './store.ts';

/** What is sent to an entity: an operation, a request for its lock, or its release. */
export interface EntityMessage {
  id: string;
  op?: string;
  signal?: boolean;
  /** JSON text. */
  input?: string;
  due?: string;
  parent?: string;
  parentExecution?: string;
  lockset?: { name: string; key: string }[];
  pos?: number;
  release?: boolean;
}

/** What an orchestration is started with. */
export interface NewInstance {
  id: string;
  name: string;
  input: string | null;
  version?: string | undefined;
  /** There is an instance of this id already, which is to go. */
  isReplacement: boolean;
  parent?: { id: string; task: number; execution: string };
}

/** An activity waiting to run or running. */
export interface ScheduledActivity {
  seq: number;
  instance: string;
  execution: string;
  task: number;
  name: string;
  input: string | null;
}

/** Who is notified that there is work. `at` calls may be early or repeated. */
export interface WorkListener {
  orchestration(id: string): void;
  entity(id: string): void;
  activity(activity: ScheduledActivity): void;
  at(dueMs: number): void;
  ended(id: string): void;
}

/** In the place of a timer's id: a message that is not due yet, which nothing cancels. */
const DELAYED = -1;

const HISTORY_CACHE_BYTES = 96 * 1024 * 1024;

/** A new id of a generation or instance, in .NET's "N" format. */
export function newExecutionId(): string {
  return randomUUID().replaceAll('-', '');
}

function lastSeq(store: Store): number {
  const tables = ['inbox', 'entity_inbox', 'activities'].map((table) => `SELECT max(seq) AS seq FROM ${table}`);
  const row = store.get<{ seq: number | null }>(`SELECT max(seq) AS seq FROM (${tables.join(' UNION ALL ')})`);
  return row?.seq ?? 0;
}

/** The tables of a task hub and the moves on them. All that write are to be called inside `store.atomic`. */
export class TaskHub {
  readonly store: Store;
  readonly settings: DurableTaskSettings;
  readonly histories: HistoryCache;
  readonly now: () => number;
  readonly counts = new RunCounts();
  readonly #listener: WorkListener;
  readonly #queueDelayMs: number;
  /** How many instances were removed since the start. */
  removals = 0;
  /** Orders everything that is queued. */
  #nextSeq: number;

  /** `queueDelayMs`: how long each message to an orchestration or an entity is on its way. */
  constructor(
    store: Store,
    settings: DurableTaskSettings,
    listener: WorkListener,
    now: () => number,
    queueDelayMs = 0,
  ) {
    this.store = store;
    this.settings = settings;
    this.histories = new HistoryCache(store, HISTORY_CACHE_BYTES);
    this.now = now;
    this.#listener = listener;
    this.#queueDelayMs = queueDelayMs;
    this.#nextSeq = lastSeq(store) + 1;
  }

  instance(id: string): Instance | undefined {
    return this.store.get<Instance>('SELECT * FROM instances WHERE id=?', id);
  }

  /** Puts an event in an orchestration's inbox. With `execution` it is for that generation only; `timer` is the id of the timer that fires. */
  post(
    instance: string,
    event: HistoryEvent,
    options: { dueMs?: number; execution?: string | null; timer?: number } = {},
  ): void {
    const nowMs = this.now();
    const dueMs = (options.dueMs ?? nowMs) + this.#queueDelayMs;
    this.store.run(
      'INSERT INTO inbox(instance,seq,execution,due,timer,event) VALUES(?,?,?,?,?,?)',
      instance,
      this.#nextSeq++,
      options.execution ?? null,
      dueMs,
      options.timer ?? (dueMs > nowMs ? DELAYED : null),
      JSON.stringify({ Timestamp: new Date(Math.max(dueMs, nowMs)).toISOString(), ...event }),
    );
    if (dueMs > nowMs) this.#listener.at(dueMs);
    else this.#listener.orchestration(instance);
  }

  postToEntity(entity: string, message: EntityMessage, dueMs?: number): void {
    const nowMs = this.now();
    const due = (dueMs ?? nowMs) + this.#queueDelayMs;
    this.store.run(
      'INSERT INTO entity_inbox(entity,seq,due,parent,message) VALUES(?,?,?,?,?)',
      entity,
      this.#nextSeq++,
      due,
      message.parent ?? null,
      JSON.stringify(message),
    );
    if (due > nowMs) this.#listener.at(due);
    else this.#listener.entity(entity);
  }

  scheduleActivity(activity: Omit<ScheduledActivity, 'seq'>): void {
    const { instance, execution, task, name, input } = activity;
    const seq = this.#nextSeq++;
    this.store.run(
      'INSERT INTO activities(instance,seq,execution,task,name,input) VALUES(?,?,?,?,?,?)',
      instance,
      seq,
      execution,
      task,
      name,
      input,
    );
    this.#listener.activity({ ...activity, seq });
  }

  /** Makes a new instance, in place of an ended one of the same id. */
  create({ id, name, input, version, parent, isReplacement }: NewInstance): void {
    const nowMs = this.now();
    const execution = newExecutionId();
    const itsVersion = version ?? this.settings.defaultVersion ?? null;
    if (isReplacement) this.remove(id);
    this.store.run(
      `INSERT INTO instances(id,name,version,execution,status,input,created,updated,parent,parentTask,parentExecution)
       VALUES(?,?,?,?,'Pending',?,?,?,?,?,?)`,
      id,
      name,
      itsVersion,
      execution,
      input,
      nowMs,
      nowMs,
      parent?.id ?? null,
      parent?.task ?? null,
      parent?.execution ?? null,
    );
    this.postStart(
      { id, name, version: itsVersion, parent: parent?.id ?? null, parentTask: parent?.task ?? null },
      execution,
      input,
    );
  }

  /** Posts the event that starts a generation. */
  postStart(
    instance: Pick<Instance, 'id' | 'name' | 'version' | 'parent' | 'parentTask'>,
    execution: string,
    input: string | null,
  ): void {
    this.post(
      instance.id,
      {
        EventType: EventType.ExecutionStarted,
        EventId: -1,
        Name: instance.name,
        Version: instance.version ?? '',
        Input: input,
        OrchestrationInstance: { InstanceId: instance.id, ExecutionId: execution },
        ParentInstance: instance.parent
          ? { OrchestrationInstance: { InstanceId: instance.parent }, TaskScheduleId: instance.parentTask }
          : null,
        Tags: null,
        ScheduledStartTime: null,
      },
      { execution },
    );
  }

  /** Forgets an instance and everything of it. */
  remove(id: string): void {
    this.removals++;
    this.histories.forget(id);
    this.store.run('DELETE FROM history WHERE instance=?', id);
    this.store.run('DELETE FROM inbox WHERE instance=?', id);
    this.store.run('DELETE FROM activities WHERE instance=?', id);
    this.store.run('DELETE FROM instances WHERE id=?', id);
  }

  /** Ends an instance: state, last event, locks given back, parent notified. `output` is JSON text. */
  finish(
    instance: Instance,
    status: Extract<RuntimeStatus, 'Completed' | 'Failed' | 'Terminated'>,
    output: string,
    failure?: { details: string; failureDetails?: Record<string, unknown> | undefined },
  ): void {
    const nowMs = this.now();
    this.store.run(
      'UPDATE instances SET status=?, output=?, custom=?, updated=?, suspended=0 WHERE id=?',
      status,
      output,
      instance.custom,
      nowMs,
      instance.id,
    );
    this.histories.append(instance.id, this.histories.read(instance.id), [
      {
        EventType: EventType.ExecutionCompleted,
        EventId: -1,
        OrchestrationStatus: status,
        Result: output,
        Timestamp: new Date(nowMs).toISOString(),
      },
    ]);
    this.histories.forget(instance.id);
    this.store.run('DELETE FROM inbox WHERE instance=?', instance.id);
    this.releaseLocks(instance.id);
    if (instance.parent !== null) this.#notifyParent(instance, status, output, failure);
    this.#listener.ended(instance.id);
  }

  /** Gives back every lock that an orchestration holds or waits for. */
  releaseLocks(instance: string): void {
    const held = this.store.all<{ id: string }>(
      'UPDATE entities SET lockedBy=NULL WHERE lockedBy=? RETURNING id',
      instance,
    );
    this.store.run("DELETE FROM entity_inbox WHERE parent=? AND message->>'lockset' IS NOT NULL", instance);
    for (const { id } of held) this.#listener.entity(id);
  }

  #notifyParent(
    instance: Instance,
    status: RuntimeStatus,
    output: string,
    failure?: { details: string; failureDetails?: Record<string, unknown> | undefined },
  ): void {
    const task = { EventId: -1, TaskScheduledId: instance.parentTask ?? -1 };
    const reason = JSON.parse(output) as unknown;
    this.post(
      instance.parent ?? '',
      status === 'Completed'
        ? { EventType: EventType.SubOrchestrationInstanceCompleted, ...task, Result: output }
        : {
            EventType: EventType.SubOrchestrationInstanceFailed,
            ...task,
            Reason: typeof reason === 'string' && reason !== '' ? reason : status,
            Details: failure?.details ?? '',
            ...(failure?.failureDetails !== undefined ? { FailureDetails: failure.failureDetails } : {}),
          },
      { execution: instance.parentExecution },
    );
  }
}
