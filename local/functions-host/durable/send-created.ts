import type { ValueConversion } from '../strict.ts';
import { EventType, type HistoryEvent } from './history.ts';
import { type Instance, isEnded } from './instance.ts';
import type { EntityMessage, TaskHub } from './task-hub.ts';

/** Puts what an orchestrator scheduled on its way: activities, timers, child orchestrations, messages. Fills in the ids of children. */
export function sendCreated(
  hub: TaskHub,
  instance: Instance,
  created: HistoryEvent[],
  timers: Pick<ValueConversion, 'timerDueMs'>,
): void {
  for (const event of created) {
    switch (event.EventType) {
      case EventType.TaskScheduled:
        hub.scheduleActivity({
          instance: instance.id,
          execution: instance.execution,
          task: event.EventId,
          name: event.Name ?? '',
          input: event.Input ?? null,
        });
        break;
      case EventType.TimerCreated:
        setTimer(hub, instance, event, timers);
        break;
      case EventType.SubOrchestrationInstanceCreated:
        createChild(hub, instance, event);
        break;
      case EventType.EventSent:
        send(hub, instance, event);
        break;
      default:
    }
  }
}

function setTimer(
  hub: TaskHub,
  instance: Instance,
  event: HistoryEvent,
  timers: Pick<ValueConversion, 'timerDueMs'>,
): void {
  const dueMs = timers.timerDueMs(Date.parse(event.FireAt ?? ''), hub.now());
  hub.post(
    instance.id,
    { EventType: EventType.TimerFired, EventId: -1, TimerId: event.EventId, FireAt: event.FireAt ?? '' },
    { dueMs, execution: instance.execution, timer: event.EventId },
  );
}

function createChild(hub: TaskHub, instance: Instance, event: HistoryEvent): void {
  event.InstanceId ??= `${instance.execution}:${event.EventId.toString(16).padStart(4, '0')}`;
  const existing = hub.instance(event.InstanceId);
  if (existing !== undefined && !isEnded(existing.status)) {
    hub.post(
      instance.id,
      {
        EventType: EventType.SubOrchestrationInstanceFailed,
        EventId: -1,
        TaskScheduledId: event.EventId,
        Reason: `An Orchestration instance with the status ${existing.status} already exists.`,
        Details: '',
      },
      { execution: instance.execution },
    );
    return;
  }
  hub.create({
    id: event.InstanceId,
    name: event.Name ?? '',
    version: event.Version,
    isReplacement: existing !== undefined,
    input: event.Input ?? null,
    parent: { id: instance.id, task: event.EventId, execution: instance.execution },
  });
}

function send(hub: TaskHub, instance: Instance, event: HistoryEvent): void {
  const message = JSON.parse(event.Input ?? '{}') as EntityMessage;
  hub.postToEntity(
    event.InstanceId ?? '',
    { ...message, parent: instance.id, parentExecution: instance.execution },
    message.due === undefined ? undefined : Date.parse(message.due),
  );
}
