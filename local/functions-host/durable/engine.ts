import type { DurableTaskSettings } from '../settings.ts';
import { Activities } from './activities.ts';
import { Alarm } from './alarm.ts';
import type { DurableFunctions, DurableInvoker } from './durable-functions.ts';
import { Entities } from './entities.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { Orchestrations } from './orchestrations.ts';
import type { Store } from './store.ts';
import { TakenActivities } from './taken-activities.ts';
import { type ScheduledActivity, TaskHub } from './task-hub.ts';

/** What the engine needs of the host. */
export interface EngineOptions {
  store: Store;
  settings: DurableTaskSettings;
  functions: DurableFunctions;
  invoker: DurableInvoker;
  now(): number;
  /** How long nobody sees the message of an activity that a host was running when it was killed; undefined for not at all. */
  hiddenActivityMs?: number | undefined;
  /** How long each message of the hub's queues is on its way. @default 0 */
  queueDelayMs?: number | undefined;
}

/** How long to wait when another process holds the database. */
const RETRY_MS = 200;
/** Episodes in one turn of the event loop: many, to share a commit, and not so many that all else waits long. */
const EPISODES_AT_ONCE = 128;

const DUE_TIMERS = 'SELECT DISTINCT instance AS id FROM inbox WHERE timer IS NOT NULL AND due>? AND due<=?';
const NEXT_DUE = [
  'SELECT min(due) AS due FROM inbox WHERE timer IS NOT NULL AND due>?',
  'SELECT min(due) AS due FROM entity_inbox WHERE due>?',
];

/** The Durable engine: takes up what the store holds and keeps it going. */
export class Engine {
  readonly hub: TaskHub;
  readonly functions: DurableFunctions;
  readonly #store: Store;
  readonly #orchestrations: KeyedQueue;
  readonly #entities: KeyedQueue;
  readonly #activities: Activities;
  readonly #taken: TakenActivities | undefined;
  readonly #alarm: Alarm;
  readonly #log: (message: string) => void;
  readonly #endings = new Map<string, Set<() => void>>();
  #isRunning = false;
  #isKicked = false;
  /** There was more to do while the last kick was under way. */
  #isKickedAgain = false;
  /** Episodes that may still begin before the event loop turns. */
  #episodesLeft = 0;
  /** Everything due until then is in the queues. */
  #polledMs = 0;

  constructor(options: EngineOptions) {
    const { store, settings, functions, invoker, queueDelayMs = 0 } = options;
    const now = (): number => options.now();
    this.#store = store;
    this.#log = (message) => invoker.log('error', message);
    this.functions = functions;
    this.#alarm = new Alarm(() => this.#poll(), now);
    this.hub = new TaskHub(
      store,
      settings,
      {
        orchestration: (id) => this.#queue(this.#orchestrations, id),
        entity: (id) => this.#queue(this.#entities, id),
        activity: (activity) => this.#sendActivity(activity, queueDelayMs),
        at: (dueMs) => this.#alarm.setAt(dueMs),
        ended: (id) => this.#announce(id),
      },
      now,
      queueDelayMs,
    );
    const orchestrations = new Orchestrations(this.hub, functions, invoker);
    const entities = new Entities(this.hub, functions, invoker);
    const kick = () => this.#kick();
    const limit = settings.maxConcurrentOrchestratorFunctions;
    this.#orchestrations = new KeyedQueue(
      limit,
      (id) => orchestrations.run(id),
      () => {
        if (this.#episodesLeft-- > 0) this.#orchestrations.pump();
        this.#kick();
      },
    );
    this.#entities = new KeyedQueue(limit, (id) => entities.run(id), kick);
    if (options.hiddenActivityMs !== undefined) this.#taken = new TakenActivities(this.hub, options.hiddenActivityMs);
    this.#activities = new Activities(this.hub, functions, invoker, kick, this.#taken);
  }

  /** Activities, episodes and batches that run now. */
  get running(): number {
    return this.#orchestrations.running + this.#entities.running + this.#activities.running;
  }

  start(): void {
    this.#isRunning = true;
    const waiting = this.#store.all<ScheduledActivity>('SELECT * FROM activities ORDER BY seq');
    if (this.#taken !== undefined) this.#taken.start(waiting, (activity) => this.#queueActivity(activity));
    else for (const activity of waiting) this.#activities.add(activity);
    for (const { id } of this.#store.all<{ id: string }>('SELECT DISTINCT instance AS id FROM inbox'))
      this.#orchestrations.add(id);
    this.#poll();
  }

  /** Starts nothing more; what runs may finish and is written down. */
  stop(): void {
    this.#isRunning = false;
    this.#episodesLeft = 0;
    this.#activities.stop();
    this.#taken?.stop();
    this.#alarm.stop();
  }

  /** Resolves when the instance ends, or after `timeoutMs`. */
  async waitForEnd(id: string, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const listeners = this.#endings.get(id) ?? new Set();
      this.#endings.set(id, listeners);
      const done = (): void => {
        clearTimeout(timer);
        listeners.delete(done);
        if (listeners.size === 0) this.#endings.delete(id);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      listeners.add(done);
    });
  }

  #announce(id: string): void {
    const listeners = this.#endings.get(id);
    if (listeners !== undefined) for (const listener of listeners) setImmediate(listener);
  }

  #queue(queue: KeyedQueue, id: string): void {
    queue.add(id);
    this.#kick();
  }

  /** One that is on its way when the host ends begins at once after the next start. */
  #sendActivity(activity: ScheduledActivity, delayMs: number): void {
    if (delayMs === 0) this.#queueActivity(activity);
    else setTimeout(() => this.#queueActivity(activity), delayMs);
  }

  #queueActivity(activity: ScheduledActivity): void {
    this.#activities.add(activity);
    this.#kick();
  }

  /** Runs orchestrators in the next turn of the event loop, and in the one after what reaches outside: entities and activities. */
  #kick(): void {
    if (!this.#isRunning) return;
    if (this.#isKicked) {
      this.#isKickedAgain = true;
      return;
    }
    this.#isKicked = true;
    setImmediate(() => {
      if (!this.#isRunning) return;
      this.#episodesLeft = EPISODES_AT_ONCE;
      // An orchestrator does nothing outside the database, so its episode may share the transaction of what caused it.
      if (this.#isWritable(() => this.#store.begin())) this.#orchestrations.pump();
      setImmediate(() => this.#reachOutside());
    });
  }

  #reachOutside(): void {
    this.#isKicked = false;
    if (!this.#isRunning) return;
    // Nothing outside the database happens before what caused it is on disk.
    const isOnDisk = this.#isWritable(() => {
      this.#store.flush();
      this.#store.begin();
    });
    if (!isOnDisk) return;
    this.#entities.pump();
    this.#activities.pump();
    if (!this.#isKickedAgain) return;
    this.#isKickedAgain = false;
    this.#kick();
  }

  /** Whether `write` succeeds; where it does not, everything is tried again soon. */
  #isWritable(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#log(`the database cannot be written: ${(error as Error).message}`);
      setTimeout(() => this.#kick(), RETRY_MS);
      return false;
    }
  }

  /** Queues everything that came due since the last time and sets the alarm for what comes next. */
  #poll(): void {
    const nowMs = this.hub.now();
    // A clock that was set back must not hide what comes due again.
    const sinceMs = this.#polledMs > nowMs ? 0 : this.#polledMs;
    this.#polledMs = nowMs;
    const due = <Row>(sql: string): Row[] => this.#store.all<Row>(sql, sinceMs, nowMs);
    for (const { id } of due<{ id: string }>(DUE_TIMERS)) this.#orchestrations.add(id);
    for (const { id } of due<{ id: string }>('SELECT DISTINCT entity AS id FROM entity_inbox WHERE due>? AND due<=?'))
      this.#entities.add(id);
    for (const sql of NEXT_DUE) {
      const next = this.#store.get<{ due: number | null }>(sql, nowMs);
      if (next?.due != null) this.#alarm.setAt(next.due);
    }
    this.#kick();
  }
}
