import { Alarm } from '../durable/alarm.ts';
import type { Store } from '../durable/store.ts';
import type { Invoker } from '../invoker.ts';
import { describeError, type Log, systemEntry } from '../log.ts';
import { type RunningTrigger, startEach } from '../running-trigger.ts';
import { resolveSettings } from '../settings.ts';
import type { AppFunction } from '../worker/app-worker.ts';
import { jsonData } from '../worker/rpc-data.ts';
import { parseSchedule, type Schedule } from './ncrontab.ts';

/** What a timer trigger needs of the host. */
export interface TimerTriggerOptions {
  functions: AppFunction[];
  invoker: Invoker;
  env: NodeJS.ProcessEnv;
  log: Log;
  store: Store;
  now(): number;
}

/** When a timer ran last (0: never) and is to run next. */
interface TimerStatus {
  schedule: string;
  last: number;
  next: number;
}

/** .NET's default date: what `Last` holds before the first run. */
const NEVER = '0001-01-01T00:00:00Z';

/** The trigger's input, in the names of Azure's host; the library gives them lower-case initials. */
export function timerInfo(status: TimerStatus | undefined, isPastDue: boolean): Record<string, unknown> {
  const last = status !== undefined && status.last > 0 ? new Date(status.last).toISOString() : NEVER;
  return {
    Schedule: { AdjustForDST: true },
    ScheduleStatus:
      status !== undefined ? { Last: last, Next: new Date(status.next).toISOString(), LastUpdated: last } : null,
    IsPastDue: isPastDue,
  };
}

/** One timer. Its runs do not overlap: the next is planned when one has ended. */
class TimerTrigger implements RunningTrigger {
  readonly #options: TimerTriggerOptions;
  readonly #fn: AppFunction;
  readonly #expression: string;
  readonly #schedule: Schedule;
  readonly #isMonitored: boolean;
  readonly #alarm: Alarm;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;
  #dueMs = 0;

  constructor(fn: AppFunction, options: TimerTriggerOptions) {
    this.#options = options;
    this.#fn = fn;
    this.#expression = resolveSettings(String(fn.trigger['schedule']), options.env);
    this.#schedule = parseSchedule(this.#expression, options.env['WEBSITE_TIME_ZONE']);
    this.#isMonitored = fn.trigger['useMonitor'] !== false;
    this.#alarm = new Alarm(
      () => this.#due(),
      () => options.now(),
    );
  }

  start(): void {
    const nowMs = this.#options.now();
    const status = this.#status();
    if (status === undefined) {
      this.#record(0, nowMs);
    } else if (this.#isMonitored && this.#plannedMs(status) < nowMs) {
      return this.#run(true);
    }
    if (this.#fn.trigger['runOnStartup'] === true) this.#run(false);
    else this.#plan();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#alarm.stop();
    await this.#running;
  }

  #status(): TimerStatus | undefined {
    return this.#options.store.get<TimerStatus>('SELECT schedule,last,next FROM timers WHERE name=?', this.#fn.name);
  }

  /** A schedule that was changed counts from the last run. */
  #plannedMs(status: TimerStatus): number {
    if (status.schedule === this.#expression || status.last === 0) return status.next;
    return this.#nextMs(status.last);
  }

  #nextMs(afterMs: number): number {
    return this.#schedule.next(new Date(afterMs))?.getTime() ?? Number.POSITIVE_INFINITY;
  }

  #record(lastMs: number, afterMs: number): void {
    const nextMs = Math.min(this.#nextMs(afterMs), Number.MAX_SAFE_INTEGER);
    const { store } = this.#options;
    store.atomic(() =>
      store.run(
        'INSERT OR REPLACE INTO timers(name,schedule,last,next) VALUES(?,?,?,?)',
        this.#fn.name,
        this.#expression,
        lastMs,
        nextMs,
      ),
    );
  }

  #plan(): void {
    if (this.#isStopped) return;
    this.#dueMs = this.#nextMs(this.#options.now());
    if (Number.isFinite(this.#dueMs)) this.#alarm.setAt(this.#dueMs);
  }

  #due(): void {
    // A timeout may fire a moment early, and a far one is made of several.
    if (this.#options.now() < this.#dueMs) this.#alarm.setAt(this.#dueMs);
    else this.#run(false);
  }

  #run(isPastDue: boolean): void {
    const { invoker, log } = this.#options;
    const startedMs = this.#options.now();
    const status = this.#status();
    this.#record(startedMs, startedMs);
    const next = this.#status()?.next ?? startedMs;
    const info = timerInfo(this.#isMonitored && status !== undefined ? { ...status, next } : undefined, isPastDue);
    this.#running = invoker
      .invoke(this.#fn, { input: jsonData(info) })
      .catch(() => undefined) // The invoker has logged it; a timer is not retried before its next time.
      .then(() => this.#plan())
      .catch((error: unknown) => log(systemEntry('error', describeError(error), this.#fn.name)));
  }
}

/** Starts the app's timers. One whose schedule is none is logged and left out, as on Azure. */
export function startTimerTriggers(options: TimerTriggerOptions): RunningTrigger {
  return startEach(options, 'timerTrigger', (fn) => {
    const trigger = new TimerTrigger(fn, options);
    trigger.start();
    return trigger;
  });
}
