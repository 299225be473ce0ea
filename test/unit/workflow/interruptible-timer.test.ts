import type { OrchestrationContext, Task } from 'durable-functions';
import { expect, it } from 'vitest';
import { InterruptibleTimer, type RunEvent } from '../../../src/shared/workflow/interruptible-timer.ts';
import { replay, type RecordedHistory } from '../../support/replay-orchestration.ts';

/** Sleeps, works, and sleeps again, four times; answers what ended each sleep. */
function* sleepsAndWorks(context: OrchestrationContext): Generator<Task, (RunEvent['reason'] | null)[], unknown> {
  const sleeper = new InterruptibleTimer(context, { id: 'abc', createdAtMs: 0 });
  const heard: (RunEvent['reason'] | null)[] = [];
  for (let round = 0; round < 4; round++) {
    const wake = yield* sleeper.about(sleeper.nowMs + 60_000);
    heard.push(wake?.reason ?? null);
    yield context.df.callActivity('work', {});
  }
  return heard;
}

type Event = RecordedHistory['events'][number];

/** Events as the task hub writes them; ids count the timers and the activities in the order that they were asked for. */
const fired = (id: number): Event => ({ EventType: 11, TimerId: id });
const worked = (id: number): Event => ({ EventType: 5, TaskScheduledId: id, Result: '{}' });
const raised = (reason: RunEvent['reason']): Event => ({
  EventType: 15,
  Name: 'run-event',
  Input: JSON.stringify({ reason }),
});

async function heard(...events: Event[]): Promise<unknown> {
  const Timestamp = '2026-03-01T00:00:00Z';
  const history = [{ EventType: 12 }, { EventType: 0 }, ...events].map((event) => Object.assign({ Timestamp }, event));
  const { error, isDone, output } = await replay(
    { name: 'track-run', instanceId: 'sleeper', input: {} },
    history,
    sleepsAndWorks,
  );
  expect(error).toBeUndefined();
  expect(isDone).toBe(true);
  return output;
}

it('hears an event that comes while it sleeps', async () => {
  const reasons = await heard(
    raised('ended'),
    worked(1),
    fired(2),
    worked(3),
    fired(4),
    worked(5),
    fired(6),
    worked(7),
  );

  expect(reasons).toEqual(['ended', null, null, null]);
});

it('hears an event that comes between two sleeps, at the beginning of the second', async () => {
  const reasons = await heard(
    fired(0),
    raised('ended'),
    worked(1),
    worked(2),
    fired(3),
    worked(4),
    fired(5),
    worked(6),
  );

  expect(reasons).toEqual([null, 'ended', null, null]);
});

it('hears the event between two sleeps also when another one ended the first', async () => {
  const first = await heard(
    raised('poll'),
    raised('ended'),
    worked(1),
    worked(3),
    fired(4),
    worked(5),
    fired(6),
    worked(7),
  );
  const second = await heard(
    fired(0),
    worked(1),
    raised('poll'),
    raised('ended'),
    worked(3),
    worked(4),
    fired(5),
    worked(6),
  );

  expect(first).toEqual(['poll', 'ended', null, null]);
  expect(second).toEqual([null, 'poll', 'ended', null]);
});

it('hears each of two events that come between two sleeps', async () => {
  const reasons = await heard(
    fired(0),
    worked(1),
    fired(2),
    raised('ended'),
    raised('cancel'),
    worked(3),
    worked(4),
    worked(5),
  );

  expect(reasons).toEqual([null, null, expect.anything(), expect.anything()]);
  expect(reasons).toEqual(expect.arrayContaining(['ended', 'cancel']));
});

it('gives a sweep the sign that it wants without ending the sleep, and sleeps on where even that fails', async () => {
  const failed: Event = { EventType: 6, TaskScheduledId: 3, Reason: 'Storage is away.', Details: '' };
  const reasons = await heard(
    raised('ping'),
    worked(1),
    raised('ping'),
    failed,
    raised('ended'),
    worked(5),
    fired(6),
    worked(7),
    fired(8),
    worked(9),
    fired(10),
    worked(11),
  );

  expect(reasons).toEqual(['ended', null, null, null]);
});
