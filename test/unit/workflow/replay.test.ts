import { expect, it } from 'vitest';
import { readHistories, recordedVersions } from '../../support/recorded-histories.ts';
import { replay, type RecordedHistory } from '../../support/replay-orchestration.ts';

const recordings = recordedVersions().flatMap((version) =>
  readHistories(version).map(([path, recorded]) => ({ version, path, recorded })),
);

const ORCHESTRATOR_STARTED = 12;

/** Where each episode ended: what a worker was given, from the first to the last. */
function episodes(events: RecordedHistory['events']): RecordedHistory['events'][] {
  const starts = events.flatMap(({ EventType: type }, index) =>
    type === ORCHESTRATOR_STARTED && index > 0 ? [index] : [],
  );
  return [...starts, events.length].map((end) => events.slice(0, end));
}

it.each(recordings)('replays $path as version $version recorded it, without divergence', async ({ recorded }) => {
  const replayed = await replay(recorded, recorded.events);

  expect(replayed.error).toBeUndefined();
  expect(replayed.isDone).toBe(true);
  expect(replayed.output ?? null).toEqual(recorded.output);
  expect(replayed.actions.map(withoutTime)).toEqual(recorded.actions.map(withoutTime));
});

it.each(recordings)(
  'asks for nothing that it will not ask for again in any episode of $path, version $version',
  async ({ recorded }) => {
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
  },
);

/** The time of a timer is no part of what must be the same: a schedule may change under runs that are under way. */
function withoutTime(action: string): string {
  return action.replaceAll(/"fireAt":"[^"]*"/g, '"fireAt":""');
}

/** A timer that was asked for may be canceled in a later episode. */
function withoutCancellation(action: string): string {
  return withoutTime(action).replaceAll(/,?"isCanceled":(true|false)/g, '');
}

it('keeps every recorded history far below 1,000 events', () => {
  const lengths = recordings.map(({ recorded }) => recorded.events.length);

  expect(Math.max(...lengths)).toBeLessThan(800);
});
