import { expect, it } from 'vitest';
import { nearestWord } from '../../../src/shared/domain/nearest-word.ts';

it.each([
  ['gatway', 'gateway'],
  ['gatewya', 'gateway'],
  ['Gateway', 'gateway'],
  ['gate_way', 'gateway'],
  ['labels', 'label'],
])('takes %s for a slip of %s', (given, word) => {
  expect(nearestWord(given, ['label', 'gateway'])).toBe(word);
});

it.each(['git_source', 'run_as', 'tasks', '', 'gateways_of_hell'])('takes %s for no slip', (given) => {
  expect(nearestWord(given, ['gateway'])).toBeUndefined();
});

it('prefers the word that is nearer', () => {
  expect(nearestWord('retr', ['retain', 'retry'])).toBe('retry');
});
