import { EventType, type HistoryEvent } from '../history.ts';

/** What a replay scheduled under a sequence number. */
export interface Scheduled {
  type: HistoryEvent['EventType'];
  name: string;
}

/** The Durable Task Framework's words for what a history and a replay may schedule. */
const KINDS: ReadonlyMap<number, { task: string; action: string }> = new Map([
  [EventType.TaskScheduled, { task: 'an activity task', action: 'ScheduleTaskOrchestratorAction' }],
  [EventType.TimerCreated, { task: 'a timer task', action: 'CreateTimerOrchestratorAction' }],
  [
    EventType.SubOrchestrationInstanceCreated,
    { task: 'a sub-orchestration task', action: 'CreateSubOrchestrationAction' },
  ],
  [EventType.EventSent, { task: 'a send event task', action: 'SendEventOrchestratorAction' }],
]);

const QUESTION = 'Was a change made to the orchestrator code after this instance had already started running?';

/** Names are the same in any case; most are the same letter by letter, which is quickly seen. */
function isSameName(recorded: string | undefined, replayed: string): boolean {
  return recorded === undefined || recorded === replayed || recorded.toLowerCase() === replayed.toLowerCase();
}

/**
 * Says how `recorded`, an event of the history by which something was scheduled, differs from what the replay scheduled under its number so far;
 * undefined where it does not. As the Durable Task Framework (`TaskOrchestrationContext`), which compares kinds and names, and no inputs.
 */
export function divergence(recorded: HistoryEvent, replayed: Scheduled | undefined): string | undefined {
  if (replayed?.type === recorded.EventType && isSameName(recorded.Name, replayed.name)) return undefined;
  const before =
    `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${KINDS.get(recorded.EventType)?.task ?? 'a task'} ` +
    `with sequence number ${recorded.EventId}${recorded.Name === undefined ? '' : ` named '${recorded.Name}'`}`;
  if (replayed === undefined)
    return `${before}, but the current replay execution hasn't (yet?) scheduled this task. ${QUESTION}`;
  const instead =
    replayed.type === recorded.EventType
      ? `scheduled ${KINDS.get(replayed.type)?.task ?? 'a task'} named '${replayed.name}'`
      : `produced a ${KINDS.get(replayed.type)?.action ?? 'different'} action`;
  return `${before}, but the current orchestration replay instead ${instead} with this sequence number. ${QUESTION}`;
}
