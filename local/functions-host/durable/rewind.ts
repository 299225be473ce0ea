import { EventType, type HistoryEvent } from './history.ts';
import type { Instance } from './instance.ts';
import type { TaskHub } from './task-hub.ts';

/** A history from which failures are taken back, and the ids of child orchestrations that failed. */
export interface Rewound {
  history: HistoryEvent[];
  failedChildren: string[];
}

/**
 * Takes failed tasks out of a history, with what scheduled them, what their retries scheduled and the end, so that a replay schedules them anew.
 * A child orchestration stays scheduled: it is rewound itself and ends once more.
 */
export function rewindHistory(history: HistoryEvent[]): Rewound {
  const failedTasks = new Set<number>();
  const failedChildTasks = new Set<number>();
  const retryIds = new Set<number>();
  for (const event of history) {
    if (event.EventType === EventType.TaskFailed) failedTasks.add(event.TaskScheduledId ?? -1);
    if (event.EventType === EventType.SubOrchestrationInstanceFailed) failedChildTasks.add(event.TaskScheduledId ?? -1);
    if (event.IsRetry) retryIds.add(event.EventId);
  }
  const failedChildren = history
    .filter(
      (event) => event.EventType === EventType.SubOrchestrationInstanceCreated && failedChildTasks.has(event.EventId),
    )
    .filter((event) => !retryIds.has(event.EventId))
    .map((event) => event.InstanceId ?? '');
  const isTakenBack = (event: HistoryEvent): boolean => {
    switch (event.EventType) {
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
      case EventType.ExecutionCompleted:
      case EventType.ExecutionFailed:
        return true;
      case EventType.TaskScheduled:
        return failedTasks.has(event.EventId) || retryIds.has(event.EventId);
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
        return retryIds.has(event.EventId);
      case EventType.TimerFired:
        return retryIds.has(event.TimerId ?? -1);
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        return retryIds.has(event.TaskScheduledId ?? -1);
      default:
        return false;
    }
  };
  return { history: history.filter((event) => !isTakenBack(event)), failedChildren };
}

/** Puts a failed orchestration, and the failed children that failed it, back to before the failures and lets it go on. */
export function rewind(hub: TaskHub, instance: Instance, reason: string): void {
  const { store } = hub;
  const events = store
    .all<{ event: string }>('SELECT event FROM history WHERE instance=? ORDER BY seq', instance.id)
    .map((row) => JSON.parse(row.event) as HistoryEvent & { IsPlayed?: boolean });
  const { history, failedChildren } = rewindHistory(events);
  store.run('DELETE FROM history WHERE instance=?', instance.id);
  hub.histories.forget(instance.id);
  const kept = history.map(({ IsPlayed: _isPlayed, ...event }: HistoryEvent & { IsPlayed?: boolean }) => event);
  hub.histories.append(instance.id, { count: 0, text: '', events: [] }, kept);
  store.run("UPDATE instances SET status='Running', output=NULL, updated=? WHERE id=?", hub.now(), instance.id);
  for (const id of failedChildren) {
    const child = hub.instance(id);
    if (child?.status === 'Failed') rewind(hub, child, reason);
  }
  hub.post(
    instance.id,
    { EventType: EventType.GenericEvent, EventId: -1, Input: `Rewound: ${reason}` },
    { execution: instance.execution },
  );
}
