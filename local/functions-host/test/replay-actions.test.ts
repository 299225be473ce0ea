import { describe, expect, it } from 'vitest';
import { type Replay, replayActions } from '../durable/replay/replay-actions.ts';
import { retryDelayMs } from '../durable/replay/retried-call.ts';
import type { Action } from '../durable/actions.ts';
import { EventType as E, type HistoryEvent } from '../durable/history.ts';

const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const DAY_MS = 24 * 3_600_000;

function at(seconds: number): string {
  return new Date(startMs + seconds * 1000).toISOString();
}

// Actions as durable-functions reports them.
const activity = (functionName: string, input?: unknown): Action => ({ actionType: 0, functionName, input });
const retried = (functionName: string, maxNumberOfAttempts: number, more = {}): Action => ({
  actionType: 1,
  functionName,
  retryOptions: { firstRetryIntervalInMilliseconds: 1_000, maxNumberOfAttempts, ...more },
});
const child = (functionName: string): Action => ({ actionType: 2, functionName });
const timer = (seconds: number, isCanceled = false): Action => ({ actionType: 5, fireAt: at(seconds), isCanceled });
const event = (externalEventName: string): Action => ({ actionType: 6, externalEventName });
const callEntity = (instanceId: string): Action => ({ actionType: 7, instanceId, operation: 'get' });
const signal = (instanceId: string): Action => ({ actionType: 9, instanceId, operation: 'add', input: 1 });
const any = (...compoundActions: Action[]): Action => ({ actionType: 11, compoundActions });
const all = (...compoundActions: Action[]): Action => ({ actionType: 12, compoundActions });
const lock = (...names: string[]): Action => ({
  actionType: 13,
  lockRequestId: 'lock-1',
  lockSet: names.map((name) => ({ name, key: 'k' })),
});
const RELEASE: Action = { actionType: 14 };
const http = (asynchronousPatternEnabled?: boolean): Action => ({
  actionType: 8,
  httpRequest: {
    method: 'POST',
    uri: 'http://server/begin',
    content: 'x',
    ...(asynchronousPatternEnabled === undefined ? {} : { asynchronousPatternEnabled }),
  },
});
const CONTINUE_AS_NEW: Action = { actionType: 4, input: { n: 1 } };

// Events as the history holds them.
const turn = (seconds = 0): HistoryEvent => ({ EventType: E.OrchestratorStarted, EventId: -1, Timestamp: at(seconds) });
const STARTED: HistoryEvent = { EventType: E.ExecutionStarted, EventId: -1 };
const scheduled = (id: number): HistoryEvent => ({ EventType: E.TaskScheduled, EventId: id });
const completed = (id: number, Result?: unknown): HistoryEvent => ({
  EventType: E.TaskCompleted,
  EventId: -1,
  TaskScheduledId: id,
  Result: JSON.stringify(Result ?? null),
});
const failed = (id: number, isNonRetriable = false): HistoryEvent => ({
  EventType: E.TaskFailed,
  EventId: -1,
  TaskScheduledId: id,
  ...(isNonRetriable ? { FailureDetails: { IsNonRetriable: true } } : {}),
});
const timerCreated = (id: number): HistoryEvent => ({ EventType: E.TimerCreated, EventId: id });
const fired = (id: number): HistoryEvent => ({ EventType: E.TimerFired, EventId: -1, TimerId: id });
const raised = (Name: string): HistoryEvent => ({ EventType: E.EventRaised, EventId: -1, Name });
const sent = (id: number, messageId: string): HistoryEvent => ({
  EventType: E.EventSent,
  EventId: id,
  Input: JSON.stringify({ id: messageId }),
});

function replay(actions: Action[], history: HistoryEvent[]): Replay {
  let ids = 0;
  return replayActions(actions, history, {
    newId: () => `message-${ids++}`,
    maximumShortTimerMs: 6 * DAY_MS,
    longTimerStepMs: 3 * DAY_MS,
    defaultHttpPollMs: 30_000,
  });
}

/** New events in short: `4 hello` is activity 4, `2 timer +3s` timer 2 three seconds after the start. */
function created({ created: events }: Replay): string[] {
  return events.map((each) => {
    switch (each.EventType) {
      case E.TimerCreated:
        return `${each.EventId} timer +${(Date.parse(each.FireAt ?? '') - startMs) / 1000}s`;
      case E.EventSent:
        return `${each.EventId} ${each.Name} ${each.InstanceId}`;
      default:
        return `${each.EventId} ${each.Name}`;
    }
  });
}

describe('ids are given in the order in which tasks start', () => {
  const begin = [turn(), STARTED];
  const cases: [string, Action[], HistoryEvent[], string[]][] = [
    ['nothing asked for', [], begin, []],
    ['an activity', [activity('a')], begin, ['0 a']],
    [
      'the next only when the first has ended',
      [activity('a'), activity('b')],
      [...begin, scheduled(0), turn(1), completed(0)],
      ['1 b'],
    ],
    ['nothing twice', [activity('a')], [...begin, scheduled(0)], []],
    [
      'parts of a whole, from left to right and depth first',
      [all(activity('a'), any(timer(5), child('s')), activity('b'))],
      begin,
      ['0 a', '1 timer +5s', '2 s', '3 b'],
    ],
    ['no id for an event, one for what follows', [event('e'), activity('a')], [...begin, raised('e')], ['0 a']],
    [
      'signals at once, one id each',
      [signal('@c@1'), signal('@c@2'), activity('a')],
      begin,
      ['0 op @c@1', '1 op @c@2', '2 a'],
    ],
    [
      'a lock one id, its release one for each entity',
      [lock('A', 'B'), RELEASE, activity('a')],
      [...begin, sent(0, 'lock-1'), raised('lock-1')],
      ['1 release @a@k', '2 release @b@k', '3 a'],
    ],
    [
      'whole groups before what follows',
      [all(activity('a'), activity('b')), activity('c')],
      [...begin, scheduled(0), scheduled(1), turn(1), completed(1)],
      [],
    ],
    [
      'what follows the first of several',
      [any(activity('a'), activity('b')), activity('c')],
      [...begin, scheduled(0), scheduled(1), turn(1), completed(1)],
      ['2 c'],
    ],
    [
      'a retry’s timer when the failure comes',
      [retried('a', 3)],
      [...begin, scheduled(0), turn(10), failed(0)],
      ['1 timer +11s'],
    ],
    [
      'a retry’s next attempt when the timer fires',
      [retried('a', 3)],
      [...begin, scheduled(0), turn(10), failed(0), timerCreated(1), turn(11), fired(1)],
      ['2 a'],
    ],
    [
      'what is tried side by side in the order of its failures',
      [all(retried('a', 2), retried('b', 2))],
      [...begin, scheduled(0), scheduled(1), turn(10), failed(1), failed(0)],
      ['2 timer +11s', '3 timer +11s'],
    ],
    [
      'the delay after the last failure too',
      [retried('a', 1), activity('b')],
      [...begin, scheduled(0), turn(1), failed(0)],
      ['1 timer +2s'],
    ],
    [
      'and only then what follows',
      [retried('a', 1), activity('b')],
      [...begin, scheduled(0), turn(1), failed(0), timerCreated(1), turn(2), fired(1)],
      ['2 b'],
    ],
    [
      'after a canceled timer as if it were still there',
      [any(retried('a', 3), timer(60, true)), activity('b')],
      [
        ...begin,
        scheduled(0),
        timerCreated(1),
        turn(1),
        failed(0),
        timerCreated(2),
        turn(2),
        fired(2),
        scheduled(3),
        turn(3),
        completed(3),
      ],
      ['4 b'],
    ],
    [
      'a poll’s timer when the 202 comes',
      [http()],
      [
        ...begin,
        scheduled(0),
        turn(1),
        completed(0, { statusCode: 202, headers: { Location: '/poll', 'Retry-After': '7' } }),
      ],
      ['1 timer +8s'],
    ],
    [
      'a poll’s request when its timer fires',
      [http()],
      [
        ...begin,
        scheduled(0),
        turn(1),
        completed(0, { statusCode: 202, headers: { Location: '/poll' } }),
        timerCreated(1),
        turn(31),
        fired(1),
      ],
      ['2 BuiltIn::HttpActivity'],
    ],
    [
      'no poll where it is switched off',
      [http(false), activity('a')],
      [...begin, scheduled(0), turn(1), completed(0, { statusCode: 202, headers: { Location: '/poll' } })],
      ['1 a'],
    ],
    [
      'a task in two groups once for each',
      [any(timer(60), event('e')), any(timer(60), event('e'))],
      [...begin, timerCreated(0), turn(1), raised('e')],
      ['1 timer +60s'],
    ],
    ['nothing after continueAsNew', [CONTINUE_AS_NEW, activity('a')], begin, []],
  ];
  it.each(cases)('%s', (_, actions, history, expected) => {
    expect(created(replay(actions, history))).toEqual(expected);
  });
});

describe('timers', () => {
  it('longer than six days are made of steps of three', () => {
    const thirtyDays: Action = { actionType: 5, fireAt: new Date(startMs + 8 * DAY_MS).toISOString() };
    const history = [turn(), STARTED];
    expect(created(replay([thirtyDays], history))).toEqual([`0 timer +${3 * 86_400}s`]);
    history.push(timerCreated(0), turn(3 * 86_400), fired(0));
    expect(created(replay([thirtyDays], history))).toEqual([`1 timer +${8 * 86_400}s`]);
    history.push(timerCreated(1), turn(8 * 86_400), fired(1));
    expect(replay([thirtyDays], history).settled).toBe(true);
  });

  it('that were canceled are named, so that they need not fire', () => {
    const history = [turn(), STARTED, timerCreated(0), raised('e')];
    expect(replay([any(timer(60, true), event('e'))], history).canceledTimers).toEqual([0]);
  });
});

describe('an orchestration is settled', () => {
  const begin = [turn(), STARTED];
  const cases: [string, Action[], HistoryEvent[], boolean][] = [
    ['when it asked for nothing', [], begin, true],
    ['not while an activity is open', [activity('a')], [...begin, scheduled(0)], false],
    [
      'not while a loser of Task.any is open',
      [any(activity('a'), activity('b'))],
      [...begin, scheduled(0), scheduled(1), completed(0)],
      false,
    ],
    [
      'with a canceled timer open',
      [any(activity('a'), timer(60, true))],
      [...begin, scheduled(0), timerCreated(1), completed(0)],
      true,
    ],
    [
      'not with an open timer that was not',
      [any(activity('a'), timer(60))],
      [...begin, scheduled(0), timerCreated(1), completed(0)],
      false,
    ],
    ['not while it waits for an event', [event('e')], begin, false],
    [
      'with an event that came before it was waited for',
      [activity('a'), event('e')],
      [...begin, scheduled(0), raised('E'), completed(0)],
      true,
    ],
    ['not while an entity owes a response', [callEntity('@c@1')], [...begin, sent(0, 'm')], false],
    ['once the entity has responded', [callEntity('@c@1')], [...begin, sent(0, 'm'), raised('m')], true],
    [
      'by the latest of two waits for one event first',
      [any(event('e'), activity('a')), event('e')],
      [...begin, scheduled(0), completed(0), raised('e')],
      true,
    ],
  ];
  it.each(cases)('%s: %#', (_, actions, history, expected) => {
    expect(replay(actions, history).settled).toBe(expected);
  });
});

describe('also', () => {
  it('continueAsNew gives the next input', () => {
    expect(replay([CONTINUE_AS_NEW], [turn(), STARTED]).continueAsNew).toEqual({ input: { n: 1 } });
  });

  it('locks are held until their release', () => {
    const history = [turn(), STARTED, sent(0, 'lock-1'), raised('lock-1')];
    expect(replay([lock('A', 'B')], history).heldLocks).toEqual(['@a@k', '@b@k']);
    expect(replay([lock('A', 'B'), RELEASE], history).heldLocks).toEqual([]);
  });

  it('a retry that ends early, by timeout or by a failure not to be retried, is pointed out', () => {
    const history = [turn(), STARTED, scheduled(0), turn(60)];
    expect(replay([retried('a', 3, { retryTimeoutInMilliseconds: 5_000 })], [...history, failed(0)]).stalledRetry).toBe(
      true,
    );
    expect(replay([retried('a', 3)], [...history, failed(0, true)]).stalledRetry).toBe(true);
    expect(replay([retried('a', 3)], [...history, failed(0)]).stalledRetry).toBe(false);
  });

  it('an action of an unknown type is refused', () => {
    expect(() => replay([{ actionType: 99 } as unknown as Action], [turn(), STARTED])).toThrow(
      "unexpected action type from the out-of-proc function: '99'",
    );
  });

  it.each([
    [{ backoffCoefficient: 2 }, 3, 8_000],
    [{ backoffCoefficient: 2, maxRetryIntervalInMilliseconds: 5_000 }, 3, 5_000],
    [{}, 3, 1_000],
  ])('a delay with %j after %d failures is %d ms', (more, failures, expected) => {
    expect(retryDelayMs({ firstRetryIntervalInMilliseconds: 1_000, maxNumberOfAttempts: 9, ...more }, failures)).toBe(
      expected,
    );
  });
});
