import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { replay, type RecordedHistory } from '../../support/replay-orchestration.ts';

const directory = new URL('../../fixtures/histories/', import.meta.url);
const paths = readdirSync(directory).map((file) => file.replace('.json', ''));

const ORCHESTRATOR_STARTED = 12;

function read(path: string): RecordedHistory {
  return JSON.parse(readFileSync(new URL(`${path}.json`, directory), 'utf8')) as RecordedHistory;
}

/** Where each episode ended: what a worker was given, from the first to the last. */
function episodes(events: RecordedHistory['events']): RecordedHistory['events'][] {
  const starts = events.flatMap(({ EventType: type }, index) =>
    type === ORCHESTRATOR_STARTED && index > 0 ? [index] : [],
  );
  return [...starts, events.length].map((end) => events.slice(0, end));
}

it.each(paths)('replays a run that was recorded when it was %s, without divergence', async (path) => {
  const recorded = read(path);

  const replayed = await replay(recorded, recorded.events);

  expect(replayed.error).toBeUndefined();
  expect(replayed.isDone).toBe(true);
  expect(replayed.output).toEqual(recorded.output);
  expect(replayed.actions.map(withoutTime)).toEqual(recorded.actions.map(withoutTime));
});

it.each(paths)('asks for nothing that it will not ask for again, in any episode of a run that was %s', async (path) => {
  const recorded = read(path);
  const asked: number[] = [];

  for (const events of episodes(recorded.events)) {
    const { actions, error } = await replay(recorded, events);
    expect(error).toBeUndefined();
    expect(actions.map(withoutCancellation)).toEqual(
      recorded.actions.slice(0, actions.length).map(withoutCancellation),
    );
    asked.push(actions.length);
  }

  expect(asked).toEqual(asked.toSorted((left, right) => left - right));
  expect(asked.at(-1)).toBe(recorded.actions.length);
});

/** The time of a timer is no part of what must be the same: a schedule may change under runs that are under way. */
function withoutTime(action: string): string {
  return action.replaceAll(/"fireAt":"[^"]*"/g, '"fireAt":""');
}

/** A timer that was asked for may be canceled in a later episode. */
function withoutCancellation(action: string): string {
  return withoutTime(action).replaceAll(/,?"isCanceled":(true|false)/g, '');
}

it('keeps every recorded history far below 1,000 events', () => {
  const lengths = paths.map((path) => read(path).events.length);

  expect(Math.max(...lengths)).toBeLessThan(800);
});
