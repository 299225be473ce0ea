import { describeError } from '../log.ts';
import { fromRpcData } from '../worker/rpc-data.ts';
import type { DurableFunctions, DurableInvoker } from './durable-functions.ts';
import { EventType, type FailureDetails, type HistoryEvent, HTTP_ACTIVITY_NAME } from './history.ts';
import type { HttpRequestAction } from './actions.ts';
import { requestHttp } from './http-activity.ts';
import type { TakenActivities } from './taken-activities.ts';
import type { ScheduledActivity, TaskHub } from './task-hub.ts';

/** Activities that may begin before the event loop turns: many, to share a commit, and not so many that all else waits long. */
const STARTS_AT_ONCE = 128;

/** Runs scheduled activities, at most so many at a time, each at least once. */
export class Activities {
  readonly #hub: TaskHub;
  readonly #functions: DurableFunctions;
  readonly #invoker: DurableInvoker;
  readonly #onSlot: () => void;
  readonly #taken: TakenActivities | undefined;
  readonly #waiting: ScheduledActivity[] = [];
  #head = 0;
  /** Those before it may begin. */
  #end = 0;
  #running = 0;

  /** Without `taken`, an activity of a host that was killed runs again at once. */
  constructor(
    hub: TaskHub,
    functions: DurableFunctions,
    invoker: DurableInvoker,
    onSlot: () => void,
    taken?: TakenActivities,
  ) {
    this.#taken = taken;
    this.#hub = hub;
    this.#functions = functions;
    this.#invoker = invoker;
    this.#onSlot = onSlot;
  }

  get running(): number {
    return this.#running;
  }

  add(activity: ScheduledActivity): void {
    this.#waiting.push(activity);
  }

  /** Lets those that wait begin, some at once and others as slots become free. They must be on disk. */
  pump(): void {
    if (this.#head > 1000 || this.#head === this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    this.#end = Math.min(this.#waiting.length, this.#head + STARTS_AT_ONCE);
    this.#fill();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#end = this.#head;
  }

  #fill(): void {
    while (this.#head < this.#end && this.#running < this.#hub.settings.maxConcurrentActivityFunctions) {
      const activity = this.#waiting[this.#head];
      if (activity === undefined) break;
      this.#head++;
      this.#running++;
      void this.#run(activity).finally(() => {
        this.#running--;
        this.#fill();
        this.#onSlot();
      });
    }
  }

  async #run(activity: ScheduledActivity): Promise<void> {
    try {
      await this.#complete(activity);
    } catch (error) {
      this.#invoker.log(
        'error',
        `the outcome of activity '${activity.name}' of '${activity.instance}' is lost: ${describeError(error)}`,
      );
    }
  }

  async #complete(activity: ScheduledActivity): Promise<void> {
    this.#taken?.take(activity);
    const event = await this.#outcome(activity);
    this.#hub.store.atomic(() => {
      this.#taken?.settle(activity);
      // Gone when the instance was purged, or replaced, meanwhile.
      const changes = this.#hub.store.run(
        'DELETE FROM activities WHERE instance=? AND seq=?',
        activity.instance,
        activity.seq,
      );
      if (changes > 0) this.#hub.post(activity.instance, event, { execution: activity.execution });
    });
  }

  async #outcome(activity: ScheduledActivity): Promise<HistoryEvent> {
    const task = { EventId: -1, TaskScheduledId: activity.task };
    try {
      const result = await this.#result(activity);
      return { EventType: EventType.TaskCompleted, ...task, Result: JSON.stringify(result ?? null) };
    } catch (error) {
      return { EventType: EventType.TaskFailed, ...task, ...describeFailure(activity.name, error) };
    }
  }

  async #result(activity: ScheduledActivity): Promise<unknown> {
    const [input] = JSON.parse(activity.input ?? '[null]') as unknown[];
    if (activity.name === HTTP_ACTIVITY_NAME) return requestHttp(input as HttpRequestAction, this.#invoker.env);
    const fn = this.#functions.activities.get(activity.name.toLowerCase());
    if (fn === undefined)
      throw new Error(`The function '${activity.name}' doesn't exist, is disabled, or is not an activity function.`);
    this.#hub.counts.add('activities', fn.name);
    const result = await this.#invoker.invoke(fn, this.#invoker.conversion.activityInput(input), {
      metadata: { instanceId: { string: activity.instance } },
      triggerData: input,
    });
    return this.#invoker.conversion.value(fromRpcData(result.returnValue));
  }
}

interface SerializedFailure {
  errorType?: string;
  errorMessage?: string;
  stackTrace?: string;
  isNonRetriable?: boolean;
  properties?: Record<string, unknown>;
}

/** The failure that durable-functions serialises into the message when the app set an exception properties provider. */
function serializedFailure(message: string): SerializedFailure | undefined {
  if (!message.startsWith('{"errorType"')) return undefined;
  try {
    return JSON.parse(message) as SerializedFailure;
  } catch {
    return undefined;
  }
}

function describeFailure(name: string, error: unknown): Pick<HistoryEvent, 'Reason' | 'Details' | 'FailureDetails'> {
  const message = error instanceof Error ? error.message : String(error);
  const failure = serializedFailure(message);
  const Details = describeError(error);
  if (failure === undefined) return { Reason: `Activity function '${name}' failed: ${message}`, Details };
  const details: FailureDetails = {
    ErrorType: failure.errorType ?? 'Error',
    ErrorMessage: failure.errorMessage ?? '',
    IsNonRetriable: failure.isNonRetriable ?? false,
    ...(failure.stackTrace === undefined ? {} : { StackTrace: failure.stackTrace }),
    ...(failure.properties === undefined ? {} : { Properties: failure.properties }),
  };
  return {
    Reason: `Activity function '${name}' failed: ${failure.errorMessage ?? ''}`,
    Details,
    FailureDetails: details,
  };
}
