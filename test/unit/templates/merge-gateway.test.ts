import { expect, it } from 'vitest';
import { mergeGateway } from '../../../src/shared/templates/merge-gateway.ts';

type Options = Record<string, unknown>;

it.each<[what: string, template: Options, caller: Options, merged: Options]>([
  ['more attempts', { max_attempts: 1 }, { max_attempts: 100 }, { max_attempts: 1 }],
  ['more attempts, as text', { max_attempts: 1 }, { max_attempts: '100' }, { max_attempts: 1 }],
  ['the default of attempts', { max_attempts: 1 }, { backoff_seconds: 5 }, { max_attempts: 1, backoff_seconds: 5 }],
  ['fewer attempts', { max_attempts: 5 }, { max_attempts: 2 }, { max_attempts: 2 }],
  ['attempts, of which the template says nothing', { backoff_seconds: 9 }, { max_attempts: 4 }, { max_attempts: 4 }],
])('keeps to the attempts of a template where a caller asks for %s', (_what, template, caller, merged) => {
  expect(mergeGateway({ retry: template }, { retry: caller })).toEqual({ retry: merged });
});

it('keeps the labels of a template, whatever the case of those that a caller gives', () => {
  const merged = mergeGateway({ labels: { team: 'a' } }, { labels: { TEAM: 'b', team: 'c', stage: 'test' } });

  expect(merged).toEqual({ labels: { team: 'a', stage: 'test' } });
});
