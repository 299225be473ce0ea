import { EventType, type HistoryEvent, sentMessageId } from './history.ts';
import type { Store } from './store.ts';

/** The past of one orchestration: `text` is its `count` events as JSON, joined by commas and marked as played; `events` is what replay needs of them. */
export interface History {
  count: number;
  text: string;
  events: HistoryEvent[];
}

/** An event as JSON with its `IsPlayed` mark. */
export function eventText(event: HistoryEvent, isPlayed: boolean): string {
  return `${JSON.stringify(event).slice(0, -1)},"IsPlayed":${isPlayed}}`;
}

/** What a polled request's response begins with; replay needs its headers. */
const ACCEPTED_ANSWER = '{"statusCode":202';

const NEEDED: ReadonlySet<number> = new Set([
  EventType.OrchestratorStarted,
  EventType.ExecutionStarted,
  EventType.TaskScheduled,
  EventType.TaskCompleted,
  EventType.TaskFailed,
  EventType.SubOrchestrationInstanceCreated,
  EventType.SubOrchestrationInstanceCompleted,
  EventType.SubOrchestrationInstanceFailed,
  EventType.TimerCreated,
  EventType.TimerFired,
  EventType.EventSent,
  EventType.EventRaised,
]);

/** Those whose names a replay compares or listens to. */
const IS_NAMED: ReadonlySet<number> = new Set([
  EventType.EventRaised,
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.EventSent,
]);

/** What replay needs of an event, and no more: thousands of them are kept. */
function forReplay(event: HistoryEvent): HistoryEvent {
  const kept: HistoryEvent = { EventType: event.EventType, EventId: event.EventId };
  if (event.TaskScheduledId !== undefined) kept.TaskScheduledId = event.TaskScheduledId;
  if (event.TimerId !== undefined) kept.TimerId = event.TimerId;
  if (event.EventType === EventType.OrchestratorStarted) kept.Timestamp = event.Timestamp ?? '';
  if (event.Name !== undefined && IS_NAMED.has(event.EventType)) kept.Name = event.Name;
  if (event.EventType === EventType.EventSent) kept.Input = JSON.stringify({ id: sentMessageId(event) });
  if (event.Result?.startsWith(ACCEPTED_ANSWER) === true) kept.Result = event.Result;
  if (event.FailureDetails?.IsNonRetriable === true) kept.FailureDetails = { IsNonRetriable: true };
  return kept;
}

function allForReplay(events: HistoryEvent[]): HistoryEvent[] {
  return events.filter((event) => NEEDED.has(event.EventType)).map(forReplay);
}

/** Bytes that an entry takes, roughly. */
function sizeOf(history: History): number {
  return history.text.length + history.events.length * 100;
}

const ROWS_AT_ONCE = 16;

/** Histories of the orchestrations run last, up to `maximumBytes` in all; the others are read from the store. */
export class HistoryCache {
  readonly #entries = new Map<string, { history: History; bytes: number }>();
  readonly #store: Store;
  readonly #maximumBytes: number;
  #bytes = 0;

  constructor(store: Store, maximumBytes: number) {
    this.#store = store;
    this.#maximumBytes = maximumBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  read(instance: string): History {
    const entry = this.#entries.get(instance);
    if (entry !== undefined) return entry.history;
    const texts = this.#store
      .all<{ event: string }>('SELECT event FROM history WHERE instance=? ORDER BY seq', instance)
      .map((row) => row.event);
    const events = texts.map((text) => JSON.parse(text) as HistoryEvent);
    const history = { count: texts.length, text: texts.join(','), events: allForReplay(events) };
    this.#keep(instance, history);
    return history;
  }

  /** Writes events after those in `history`; inside a transaction. */
  append(instance: string, history: History, events: HistoryEvent[]): void {
    let seq = history.count;
    const texts = events.map((event) => eventText(event, true));
    for (let start = 0; start < texts.length; start += ROWS_AT_ONCE) {
      const rows = texts.slice(start, start + ROWS_AT_ONCE);
      const values = rows.flatMap((text) => [instance, seq++, text]);
      this.#store.run(
        `INSERT INTO history(instance,seq,event) VALUES${rows.map(() => '(?,?,?)').join(',')}`,
        ...values,
      );
    }
    const joined = texts.join(',');
    // A new object each time: a unit that is rolled back leaves the old one as it was, once `forget` was called.
    this.#keep(instance, {
      count: history.count + texts.length,
      text: history.text ? `${history.text},${joined}` : joined,
      events: history.events.concat(allForReplay(events)),
    });
  }

  forget(instance: string): void {
    const entry = this.#entries.get(instance);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#entries.delete(instance);
  }

  #keep(instance: string, history: History): void {
    this.forget(instance);
    const bytes = sizeOf(history);
    this.#entries.set(instance, { history, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maximumBytes || oldest === instance) break;
      this.#bytes -= entry.bytes;
      this.#entries.delete(oldest);
    }
  }
}
