import { randomUUID } from 'node:crypto';
import { describeError } from '../log.ts';
import { fromRpcData } from '../worker/rpc-data.ts';
import { type Replay, replayActions } from './replay/replay-actions.ts';
import { type OrchestratorState, stateInError } from './actions.ts';
import type { DurableFunctions, DurableInvoker } from './durable-functions.ts';
import { EventType, type HistoryEvent } from './history.ts';
import { eventText, type History } from './history-cache.ts';
import { type Instance, isEnded } from './instance.ts';
import { sendCreated } from './send-created.ts';
import { newExecutionId, type TaskHub } from './task-hub.ts';
import { isVersionAccepted } from './versions.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Azure Storage's limits for one timer, and the step of longer ones. */
const MAXIMUM_SHORT_TIMER_MS = 6 * DAY_MS;
const LONG_TIMER_STEP_MS = 3 * DAY_MS;

interface InboxRow {
  seq: number;
  execution: string | null;
  event: string;
}

interface Message {
  seq: number;
  event: HistoryEvent;
}

/** What an orchestrator function came to; `ending` is the output of one that could not say what it wants. */
type Outcome = { state: OrchestratorState; hasThrown: boolean } | { ending: string };

/** Runs orchestrators: one episode takes what is in an instance's inbox, replays the orchestrator with it and writes down what it asked for. */
export class Orchestrations {
  readonly #hub: TaskHub;
  readonly #functions: DurableFunctions;
  readonly #invoker: DurableInvoker;

  constructor(hub: TaskHub, functions: DurableFunctions, invoker: DurableInvoker) {
    this.#hub = hub;
    this.#functions = functions;
    this.#invoker = invoker;
  }

  /** One episode of an instance. Never rejects. */
  async run(id: string): Promise<void> {
    try {
      await this.#episode(id);
    } catch (error) {
      this.#hub.histories.forget(id);
      this.#invoker.log('error', `the episode of orchestration '${id}' failed: ${describeError(error)}`);
    }
  }

  async #episode(id: string): Promise<void> {
    const { store } = this.#hub;
    const rows = store.all<InboxRow>(
      'SELECT seq,execution,event FROM inbox WHERE instance=? AND due<=? ORDER BY due, seq',
      id,
      this.#hub.now(),
    );
    if (rows.length === 0) return;
    const instance = this.#hub.instance(id);
    if (instance === undefined || isEnded(instance.status)) return store.atomic(() => this.#consume(id, rows));
    const stale = rows.filter((row) => row.execution !== null && row.execution !== instance.execution);
    const messages = rows
      .filter((row) => !stale.includes(row))
      .map((row) => ({ seq: row.seq, event: JSON.parse(row.event) as HistoryEvent }));
    if (stale.length > 0) store.atomic(() => this.#consume(id, stale));
    const standing = isVersionAccepted(instance.version, this.#hub.settings);
    // Its messages stay where they are, an end or a pause among them, until a host of its version is there.
    if (standing === 'reject') return;
    if (standing === 'fail') return store.atomic(() => this.#refuseVersion(instance, messages));
    const rest = this.#control(instance, messages);
    if (rest.length > 0) await this.#replay(instance, rest);
  }

  /** Terminates, suspends or resumes as the messages say; returns those the orchestrator is to see now. */
  #control(instance: Instance, messages: Message[]): Message[] {
    const { store } = this.#hub;
    const termination = messages.find(({ event }) => event.EventType === EventType.ExecutionTerminated);
    if (termination !== undefined) {
      store.atomic(() => {
        this.#consume(instance.id, messages);
        this.#hub.finish(instance, 'Terminated', JSON.stringify(termination.event.Input ?? null));
      });
      return [];
    }
    const switches = messages.filter(
      ({ event }) => event.EventType === EventType.ExecutionSuspended || event.EventType === EventType.ExecutionResumed,
    );
    const last = switches.at(-1);
    if (last !== undefined) {
      const isSuspended = last.event.EventType === EventType.ExecutionSuspended;
      instance.suspended = Number(isSuspended);
      store.atomic(() => {
        this.#consume(instance.id, switches);
        store.run(
          'UPDATE instances SET suspended=?, status=?, updated=? WHERE id=?',
          instance.suspended,
          isSuspended ? 'Suspended' : 'Running',
          this.#hub.now(),
          instance.id,
        );
      });
    }
    const rest = messages.filter((message) => !switches.includes(message));
    // Azure's extension shows an event to an orchestrator that is suspended, which then goes on as far as that takes it.
    return instance.suspended ? rest.filter(({ event }) => event.EventType === EventType.EventRaised) : rest;
  }

  async #replay(instance: Instance, messages: Message[]): Promise<void> {
    const { settings, histories, store } = this.#hub;
    const past = histories.read(instance.id);
    const { removals } = this.#hub;
    const stamp = new Date(this.#hub.now()).toISOString();
    const fresh: HistoryEvent[] = [
      { EventType: EventType.OrchestratorStarted, EventId: -1, Timestamp: stamp },
      ...messages.map(({ event }) => event),
    ];
    const outcome = await this.#execute(instance, past, fresh);
    const replay =
      'state' in outcome
        ? replayActions(outcome.state.actions[0] ?? [], past.events.concat(fresh), {
            newId: randomUUID,
            maximumShortTimerMs: MAXIMUM_SHORT_TIMER_MS,
            longTimerStepMs: LONG_TIMER_STEP_MS,
            defaultHttpPollMs: settings.httpSettings.defaultAsyncRequestSleepTimeMilliseconds,
          })
        : undefined;
    store.atomic(() => {
      // Deleted and perhaps made anew while the orchestrator ran: this episode never was.
      if (this.#hub.removals !== removals && this.#hub.instance(instance.id)?.execution !== instance.execution) return;
      this.#consume(instance.id, messages);
      const ending = 'ending' in outcome ? outcome.ending : replay?.divergence;
      if (ending !== undefined) {
        histories.append(instance.id, past, fresh);
        return this.#end(instance, ending);
      }
      if (replay !== undefined && 'state' in outcome) this.#apply(instance, outcome, replay, { past, fresh, stamp });
    });
  }

  async #execute(instance: Instance, past: History, fresh: HistoryEvent[]): Promise<Outcome> {
    const fn = this.#functions.orchestrators.get(instance.name.toLowerCase());
    if (fn === undefined) return { ending: this.#unknownFunction(instance.name) };
    this.#hub.counts.add('executions', fn.name);
    const added = fresh.map((event) => eventText(event, false)).join(',');
    const history = past.text ? `${past.text},${added}` : added;
    const rest = JSON.stringify({
      input: this.#invoker.conversion.value(instance.input === null ? null : (JSON.parse(instance.input) as unknown)),
      instanceId: instance.id,
      isReplaying: past.count > 0,
      parentInstanceId: instance.parent,
      upperSchemaVersion: 1,
      upperSchemaVersionNew: 3,
      longRunningTimerIntervalDuration: '3.00:00:00',
      maximumShortTimerDuration: '6.00:00:00',
      // The protocol's own spelling.
      defaultHttpAsyncRequestSleepTimeMillseconds:
        this.#hub.settings.httpSettings.defaultAsyncRequestSleepTimeMilliseconds,
    });
    try {
      const result = await this.#invoker.invoke(fn, { json: `{"history":[${history}],${rest.slice(1)}` });
      return { state: fromRpcData(result.returnValue) as OrchestratorState, hasThrown: false };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const state = stateInError(message);
      return state !== undefined ? { state, hasThrown: true } : { ending: failureText(instance, message) };
    }
  }

  #apply(
    instance: Instance,
    { state, hasThrown }: { state: OrchestratorState; hasThrown: boolean },
    replay: Replay,
    { past, fresh, stamp }: { past: History; fresh: HistoryEvent[]; stamp: string },
  ): void {
    const { store, histories } = this.#hub;
    if (state.customStatus !== undefined) instance.custom = JSON.stringify(state.customStatus);
    sendCreated(this.#hub, instance, replay.created, this.#invoker.conversion);
    this.#cancelTimers(instance.id, replay.canceledTimers);
    const hasFailed = hasThrown || state.error !== undefined;
    if (replay.settled && replay.continueAsNew !== undefined && !hasFailed)
      return this.#renew(instance, replay.continueAsNew.input);
    histories.append(instance.id, past, [
      ...fresh,
      ...replay.created.map((event) => recorded(event, stamp)),
      { EventType: EventType.OrchestratorCompleted, EventId: -1, Timestamp: stamp },
    ]);
    if (replay.stalledRetry)
      this.#invoker.log(
        'warning',
        `orchestration '${instance.id}' ended a retry early (timeout or a failure marked as not retriable); durable-functions waits for ever here, on Azure too`,
      );
    if (replay.settled && hasFailed) return this.#fail(instance, state.error ?? '', state.failureDetails);
    if (replay.settled && state.isDone)
      return this.#hub.finish(
        instance,
        'Completed',
        JSON.stringify(this.#invoker.conversion.value(state.output ?? null)),
      );
    store.run(
      'UPDATE instances SET status=?, custom=?, updated=? WHERE id=?',
      instance.suspended ? 'Suspended' : 'Running',
      instance.custom,
      this.#hub.now(),
      instance.id,
    );
  }

  /** Begins a new generation; what was sent to the old one is dropped, events that have not been seen are kept. */
  #renew(instance: Instance, input: unknown): void {
    const { store, histories } = this.#hub;
    const execution = newExecutionId();
    const text = JSON.stringify(input ?? null);
    store.run('DELETE FROM history WHERE instance=?', instance.id);
    store.run('DELETE FROM inbox WHERE instance=? AND execution IS NOT NULL', instance.id);
    store.run('DELETE FROM activities WHERE instance=?', instance.id);
    histories.forget(instance.id);
    this.#hub.releaseLocks(instance.id);
    store.run(
      "UPDATE instances SET execution=?, input=?, custom=?, status='Running', updated=? WHERE id=?",
      execution,
      text,
      instance.custom,
      this.#hub.now(),
      instance.id,
    );
    this.#hub.postStart(instance, execution, text);
  }

  #fail(instance: Instance, error: string, failureDetails?: Record<string, unknown>): void {
    this.#end(instance, failureText(instance, error), { details: error, failureDetails });
  }

  /** Ends an instance as failed, with `text` as its output. */
  #end(
    instance: Instance,
    text: string,
    failure: { details: string; failureDetails?: Record<string, unknown> | undefined } = { details: text },
  ): void {
    this.#invoker.log('error', `${instance.id}: ${text}`, instance.name);
    this.#hub.finish(instance, 'Failed', JSON.stringify(text), failure);
  }

  #unknownFunction(name: string): string {
    const known = [...this.#functions.orchestrators.values()].map((fn) => `'${fn.name}'`).join(', ');
    const info = known
      ? `The following are the known orchestrator functions: ${known}.`
      : 'No orchestrator functions are currently registered!';
    return `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function. Additional info: ${info}`;
  }

  #refuseVersion(instance: Instance, messages: Message[]): void {
    const past = this.#hub.histories.read(instance.id);
    this.#consume(instance.id, messages);
    this.#hub.histories.append(
      instance.id,
      past,
      messages.map(({ event }) => event),
    );
    this.#end(instance, 'VersionMismatch: Orchestration version did not comply with Worker Versioning');
  }

  #cancelTimers(instance: string, timers: number[]): void {
    if (timers.length === 0) return;
    const pending = this.#hub.store.all<{ seq: number; timer: number }>(
      'SELECT seq,timer FROM inbox WHERE instance=? AND timer IS NOT NULL',
      instance,
    );
    this.#consume(
      instance,
      pending.filter(({ timer }) => timers.includes(timer)),
    );
  }

  #consume(instance: string, rows: { seq: number }[]): void {
    for (const { seq } of rows) this.#hub.store.run('DELETE FROM inbox WHERE instance=? AND seq=?', instance, seq);
  }
}

function failureText(instance: Instance, error: string): string {
  return `Orchestrator function '${instance.name}' failed: ${error}`;
}

/** An event as the history keeps it: without the inputs of what it scheduled, as Azure keeps it unless its settings say otherwise. */
function recorded(event: HistoryEvent, stamp: string): HistoryEvent {
  const { Input: input, ...rest } = event;
  return {
    ...rest,
    ...(event.EventType === EventType.EventSent && input != null ? { Input: input } : {}),
    Timestamp: stamp,
  };
}
