import type { OrchestrationContext } from 'durable-functions';
import { expect, it } from 'vitest';
import hostJson from '../../../host.json' with { type: 'json' };
import { isSince, versionOf, WORKFLOW_VERSIONS } from '../../../src/shared/workflow/version.ts';
import { fingerprint, readHistories, readReleased, recordedVersions } from '../../support/recorded-histories.ts';

const current = WORKFLOW_VERSIONS.at(-1);

function contextOf(version: string | undefined): OrchestrationContext {
  return { df: { version } } as unknown as OrchestrationContext;
}

it('starts orchestrations under the last version of the workflow', () => {
  expect(hostJson.extensions.durableTask.defaultVersion).toBe(current);
});

it('lists versions that the Durable extension orders as they are listed', () => {
  const numbers = WORKFLOW_VERSIONS.map((version) => version.split('.').map(Number));

  // System.Version: two to four numbers; a single number is compared as text, and 10 comes before 9.
  expect(WORKFLOW_VERSIONS.filter((version) => !/^\d+\.\d+$/.test(version))).toEqual([]);
  expect(numbers.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d)).toEqual(numbers);
});

it('has recorded every path of each version, and no version that the code does not know', () => {
  expect(recordedVersions().toSorted()).toEqual(WORKFLOW_VERSIONS.toSorted());

  const paths = WORKFLOW_VERSIONS.map((version) => readHistories(version).map(([path]) => path));
  for (const [index, older] of paths.slice(0, -1).entries())
    expect(paths[index + 1]).toEqual(expect.arrayContaining(older));
});

it('has recorded each history under the version of its folder', () => {
  const strays = WORKFLOW_VERSIONS.flatMap((version) =>
    readHistories(version).filter(
      ([, { events }]) => events.find(({ EventType: type }) => type === 0)?.['Version'] !== version,
    ),
  );

  expect(strays.map(([path]) => path)).toEqual([]);
});

it('never changes what a released version asked for', () => {
  const released = Object.entries(readReleased());

  expect(released.map(([version]) => [version, fingerprint(version)])).toEqual(released);
});

it('holds every version but the last for released', () => {
  const unreleased = WORKFLOW_VERSIONS.filter((version) => !(version in readReleased()));

  expect(unreleased.filter((version) => version !== current)).toEqual([]);
});

it('goes the way that a version brought from that version on', () => {
  expect(isSince(contextOf('2.0'), '2.0')).toBe(true);
});

it.each([undefined, '', '1.0', '2', '2.00', '99.0'])(
  'refuses to go on with version %j, which it does not know',
  (version) => {
    expect(() => versionOf(contextOf(version))).toThrow(/has no version/);
  },
);
