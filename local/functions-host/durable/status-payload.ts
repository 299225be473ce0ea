import { EventType, eventTypeName, type HistoryEvent } from './history.ts';
import type { Instance } from './instance.ts';
import type { TaskHub } from './task-hub.ts';

/** Times in a status have whole seconds, as the extension writes them. */
function seconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

function parse(text: string | null | undefined): unknown {
  return text == null ? null : (JSON.parse(text) as unknown);
}

const HIDDEN: ReadonlySet<number> = new Set([
  EventType.OrchestratorStarted,
  EventType.OrchestratorCompleted,
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.TimerCreated,
]);

/** The history as the HTTP API shows it: completions carry their function's name and when it was scheduled. */
function historyEvents(hub: TaskHub, id: string, showOutput: boolean): Record<string, unknown>[] {
  const events = hub.store
    .all<{ event: string }>('SELECT event FROM history WHERE instance=? ORDER BY seq', id)
    .map((row) => JSON.parse(row.event) as HistoryEvent);
  const scheduled = new Map(events.filter((event) => event.EventId >= 0).map((event) => [event.EventId, event]));
  return events
    .filter((event) => !HIDDEN.has(event.EventType))
    .map((event) => shownEvent(event, scheduled.get(event.TaskScheduledId ?? event.TimerId ?? -1), showOutput));
}

/** `cause` is the event that scheduled what this one completes. */
function shownEvent(
  event: HistoryEvent,
  cause: HistoryEvent | undefined,
  showOutput: boolean,
): Record<string, unknown> {
  const {
    EventId: _id,
    Input: input,
    Result: result,
    Version: _version,
    OrchestrationInstance: _instance,
    ...rest
  } = event;
  const isStart = event.EventType === EventType.ExecutionStarted;
  return {
    ...rest,
    EventType: eventTypeName(event.EventType),
    ...(isStart ? { FunctionName: event.Name, Name: undefined } : {}),
    ...(cause !== undefined ? { FunctionName: cause.Name, ScheduledTime: cause.Timestamp } : {}),
    ...(showOutput && result !== undefined ? { Result: parse(result) } : {}),
    ...(event.EventType === EventType.EventRaised && showOutput ? { Input: parse(input) } : {}),
    IsPlayed: undefined,
    TaskScheduledId: undefined,
  };
}

/** An instance as the HTTP API shows it; `query` has `showInput`, `showHistory`, `showHistoryOutput`. */
export function statusPayload(hub: TaskHub, instance: Instance, query: URLSearchParams): Record<string, unknown> {
  const isOn = (name: string): boolean => query.get(name)?.toLowerCase() === 'true';
  return {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: query.get('showInput')?.toLowerCase() === 'false' ? null : parse(instance.input),
    customStatus: parse(instance.custom),
    output: parse(instance.output),
    createdTime: seconds(instance.created),
    lastUpdatedTime: seconds(instance.updated),
    ...(isOn('showHistory') ? { historyEvents: historyEvents(hub, instance.id, isOn('showHistoryOutput')) } : {}),
  };
}
