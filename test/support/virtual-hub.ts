import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import type { AdmissionState } from '../../src/shared/domain/admission.ts';
import { azureValues } from '../../local/functions-host/strict.ts';
import type { RunOrchestrations, OrchestrationStatus } from '../../src/shared/durable/run-orchestrations.ts';
import { WORKFLOW_VERSIONS } from '../../src/shared/workflow/version.ts';
import { RUN_EVENT, type RunEvent } from '../../src/shared/workflow/interruptible-timer.ts';
import { EARLIER_EVENT, type WatchState } from '../../src/shared/workflow/watch-runs.ts';
import { Agenda } from './agenda.ts';

export type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown, unknown>;

/** What a hub is made of: its functions by name, the entities being one operation at a time. */
export interface HubFunctions {
  orchestrators: Readonly<Record<string, Orchestrator>>;
  activity(name: string, input: unknown): Promise<unknown>;
  entity(id: EntityId, operation: string, input: unknown): unknown;
  /** The state of the one `admission` entity. */
  admission?(): AdmissionState;
}

/** How often each function ran, by name. */
export interface HubCounts {
  executions: Record<string, number>;
  activities: Record<string, number>;
  entityOperations: Record<string, number>;
}

interface HubTask extends Task {
  kind: 'call' | 'timer' | 'event' | 'any';
  error?: unknown;
  tasks?: HubTask[];
  isCanceled: boolean;
  cancel(): void;
}

/** A message to an instance: a task of one of its generations, or an event. */
type Message =
  | { generation: number; task: HubTask; outcome: { value: unknown } | { error: unknown } }
  | { event: string; value: unknown };

interface Instance {
  id: string;
  name: string;
  input: unknown;
  generation: number;
  status: OrchestrationStatus;
  run: Generator<Task, unknown, unknown> | undefined;
  next: { input: unknown } | undefined;
  awaited: HubTask | undefined;
  listeners: { name: string; task: HubTask }[];
  unheard: { event: string; value: unknown }[];
  inbox: Message[];
  isDue: boolean;
  /** It goes on no more, whatever comes. */
  isDead?: boolean;
  /** The messages that its present generation took. */
  messages?: number;
}

/**
 * A Durable task hub on a clock of its own: orchestrations, activities and entities of any number, stepped in the order
 * of time, and counted. An execution is a delivery of messages to an orchestrator, as Azure's host makes one: those of
 * the same moment share it. Timers fire as early as they may on Azure.
 */
export class VirtualHub implements RunOrchestrations {
  nowMs: number;
  readonly counts: HubCounts = { executions: {}, activities: {}, entityOperations: {} };
  /** How long the longest activity of each name took. */
  readonly longestMs: Record<string, number> = {};
  /** The most messages that a generation of an orchestration of each name took. */
  readonly longestGeneration: Record<string, number> = {};
  /** How long each message is on its way. */
  messageMs = 0;
  readonly #functions: HubFunctions;
  readonly #instances = new Map<string, Instance>();
  readonly #agenda = new Agenda<{ atMs: number; act: () => void }>();
  #running = 0;
  #napping = 0;

  constructor(functions: HubFunctions, startMs: number) {
    this.#functions = functions;
    this.nowMs = startMs;
  }

  /** Does something at a time. */
  at(atMs: number, act: () => void | Promise<unknown>): void {
    this.#agenda.add({ atMs: Math.ceil(Math.max(atMs, this.nowMs)), act: () => void this.#track(async () => act()) });
  }

  /** A sleep on this clock, for what runs in the hub. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      this.#napping++;
      let isAsleep = true;
      const wake = (settle: () => void) => {
        if (!isAsleep) return;
        isAsleep = false;
        this.#napping--;
        settle();
      };
      // A clock of whole milliseconds, as that of a process.
      this.#agenda.add({ atMs: Math.ceil(this.nowMs + ms), act: () => wake(resolve) });
      signal?.addEventListener('abort', () => wake(() => reject(signal.reason)));
    });

  /** Lets time pass until nothing is left to do, or until then; returns whether there is more. */
  async runUntil(untilMs = Infinity): Promise<boolean> {
    for (;;) {
      await this.#settled();
      const next = this.#agenda.next();
      if (next === undefined) return false;
      if (next.atMs > untilMs) {
        this.#agenda.add(next);
        return true;
      }
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.act();
    }
  }

  async start(instanceId: string, state: unknown, name = 'track-run'): Promise<void> {
    if (this.#instances.get(instanceId)?.status === 'active') return;
    this.#begin({
      id: instanceId,
      name,
      input: structuredClone(state),
      generation: 0,
      status: 'active',
      run: undefined,
      next: undefined,
      awaited: undefined,
      listeners: [],
      unheard: [],
      inbox: [],
      isDue: false,
    });
  }

  async wake(instanceId: string, wake: RunEvent): Promise<void> {
    this.raise(instanceId, RUN_EVENT, wake);
  }

  async startWatcher(state: WatchState): Promise<void> {
    await this.start(watcherId(state.workspace, state.turn), state, 'watch-runs');
  }

  async watcherStatus(workspace: string, turn: number): Promise<OrchestrationStatus> {
    return this.status(watcherId(workspace, turn));
  }

  async readEarlier(workspace: string, turn: number, atMs: number): Promise<void> {
    this.raise(watcherId(workspace, turn), EARLIER_EVENT, { atMs });
  }

  raise(instanceId: string, event: string, value: unknown): void {
    const instance = this.#instances.get(instanceId);
    if (instance?.status === 'active') this.#post(instance, { event, value: structuredClone(value) });
  }

  async status(instanceId: string): Promise<OrchestrationStatus> {
    return this.#instances.get(instanceId)?.status ?? 'none';
  }

  async admission(): Promise<AdmissionState | undefined> {
    return structuredClone(this.#functions.admission?.());
  }

  async signalAdmission(): Promise<void> {
    // What a sweep corrects does not go wrong here.
  }

  async terminate(instanceId: string): Promise<void> {
    const instance = this.#instances.get(instanceId);
    if (instance !== undefined) instance.status = 'ended';
  }

  async terminateWatcher(workspace: string, turn: number): Promise<void> {
    await this.terminate(watcherId(workspace, turn));
  }

  async purge(instanceId: string): Promise<void> {
    this.#instances.delete(instanceId);
  }

  /** Lets an instance go on no more, while the engine still calls it active. */
  kill(instanceId: string): void {
    const instance = this.#instances.get(instanceId);
    if (instance !== undefined) instance.isDead = true;
  }

  #begin(instance: Instance): void {
    this.#instances.set(instance.id, instance);
    this.#schedule(instance);
  }

  #post(instance: Instance, message: Message): void {
    instance.inbox.push(message);
    this.#schedule(instance);
  }

  #schedule(instance: Instance): void {
    if (instance.isDue) return;
    instance.isDue = true;
    this.#agenda.add({ atMs: this.nowMs + this.messageMs, act: () => this.#execute(instance) });
  }

  #execute(instance: Instance): void {
    instance.isDue = false;
    if (instance.status !== 'active' || instance.isDead === true) return;
    count(this.counts.executions, instance.name);
    instance.messages = (instance.messages ?? 0) + instance.inbox.length;
    this.longestGeneration[instance.name] = Math.max(this.longestGeneration[instance.name] ?? 0, instance.messages);
    for (const message of instance.inbox.splice(0)) this.#deliver(instance, message);
    if (instance.run === undefined) {
      instance.run = this.#functions.orchestrators[instance.name]?.(this.#context(instance));
      if (instance.run === undefined) throw new Error(`There is no orchestrator ${instance.name}.`);
      this.#advance(instance, () => instance.run?.next());
    } else this.#goOn(instance);
  }

  #goOn(instance: Instance): void {
    const { awaited, run } = instance;
    if (awaited === undefined || run === undefined) return;
    if (awaited.kind === 'any') awaited.isCompleted = awaited.tasks?.some(isSettled) === true;
    if (!isSettled(awaited)) return;
    instance.awaited = undefined;
    const { isFaulted, error, result } = awaited;
    this.#advance(instance, () => (isFaulted ? run.throw(error) : run.next(result)));
  }

  #advance(instance: Instance, step: () => IteratorResult<Task, unknown> | undefined): void {
    const result = step();
    if (result?.done === false) {
      instance.awaited = result.value as HubTask;
      this.#goOn(instance);
      return;
    }
    const { next } = instance;
    if (next === undefined) {
      instance.status = 'ended';
      return;
    }
    Object.assign(instance, { input: next.input, generation: instance.generation + 1, next: undefined, messages: 0 });
    Object.assign(instance, { run: undefined, awaited: undefined, listeners: [] });
    this.#schedule(instance);
  }

  #deliver(instance: Instance, message: Message): void {
    if ('event' in message) {
      const heard = instance.listeners.findLast(({ name }) => name === message.event);
      if (heard === undefined) instance.unheard.push(message);
      else {
        instance.listeners = instance.listeners.filter((each) => each !== heard);
        Object.assign(heard.task, { isCompleted: true, result: message.value });
      }
      return;
    }
    const { task, outcome, generation } = message;
    if (generation !== instance.generation || task.isCanceled) return;
    if ('error' in outcome) Object.assign(task, { isFaulted: true, error: outcome.error });
    else Object.assign(task, { isCompleted: true, result: outcome.value });
  }

  #context(instance: Instance): OrchestrationContext {
    const { generation } = instance;
    const outcomeOf = (task: HubTask, work: Promise<unknown>): HubTask => {
      void this.#track(() =>
        work.then(
          (value) => this.#post(instance, { generation, task, outcome: { value: structuredClone(value) } }),
          (error: unknown) => this.#post(instance, { generation, task, outcome: { error } }),
        ),
      );
      return task;
    };
    const df = {
      instanceId: instance.id,
      version: WORKFLOW_VERSIONS.at(-1),
      currentUtcDateTime: new Date(this.nowMs),
      getInput: () => structuredClone(instance.input),
      continueAsNew: (input: unknown) => {
        instance.next = { input: structuredClone(input) };
      },
      callActivity: (name: string, input: unknown) =>
        outcomeOf(
          newTask('call'),
          this.#later(() => this.#activity(name, input)),
        ),
      callEntity: (id: EntityId, operation: string, input: unknown) =>
        outcomeOf(
          newTask('call'),
          this.#later(async () => this.#operate(id, operation, input)),
        ),
      signalEntity: (id: EntityId, operation: string, input: unknown) => {
        void this.#track(() => this.#later(async () => this.#operate(id, operation, input)));
      },
      createTimer: (fireAt: Date) => this.#timer(instance, fireAt.getTime()),
      waitForExternalEvent: (name: string) => listen(instance, name),
      Task: { any: (tasks: HubTask[]) => Object.assign(newTask('any'), { tasks }) },
    };
    Object.defineProperty(df, 'currentUtcDateTime', { get: () => new Date(this.nowMs) });
    return { df } as unknown as OrchestrationContext;
  }

  #timer(instance: Instance, fireAtMs: number): HubTask {
    const task = newTask('timer');
    const { generation } = instance;
    const fire = () => {
      if (!task.isCanceled && instance.generation === generation)
        this.#post(instance, { generation, task, outcome: { value: undefined } });
    };
    this.#agenda.add({ atMs: azureValues.timerDueMs(fireAtMs, this.nowMs), act: fire });
    return task;
  }

  async #activity(name: string, input: unknown): Promise<unknown> {
    count(this.counts.activities, name);
    const fromMs = this.nowMs;
    try {
      return await this.#functions.activity(name, structuredClone(input));
    } finally {
      this.longestMs[name] = Math.max(this.longestMs[name] ?? 0, this.nowMs - fromMs);
    }
  }

  #operate(id: EntityId, operation: string, input: unknown): unknown {
    count(this.counts.entityOperations, operation);
    return this.#functions.entity(id, operation, structuredClone(input));
  }

  /** After the time that a message takes. */
  #later<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.messageMs === 0) return work();
    return this.sleep(this.messageMs).then(work);
  }

  async #track(work: () => Promise<unknown>): Promise<void> {
    this.#running++;
    try {
      await work();
    } finally {
      this.#running--;
    }
  }

  /** Until whatever runs has ended or sleeps. */
  async #settled(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#running > this.#napping);
  }
}

function watcherId(workspace: string, turn: number): string {
  return `watch-${workspace}-${turn}`;
}

function newTask(kind: HubTask['kind']): HubTask {
  return {
    kind,
    isCompleted: false,
    isFaulted: false,
    isCanceled: false,
    result: undefined,
    cancel() {
      this.isCanceled = true;
    },
  };
}

/** As in durable-functions, a task that has failed is not completed. */
function isSettled({ isCompleted, isFaulted }: Task): boolean {
  return isCompleted || isFaulted;
}

function listen(instance: Instance, name: string): HubTask {
  const task = newTask('event');
  const at = instance.unheard.findIndex(({ event }) => event === name);
  if (at === -1) instance.listeners.push({ name, task });
  else Object.assign(task, { isCompleted: true, result: instance.unheard.splice(at, 1)[0]?.value });
  return task;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
