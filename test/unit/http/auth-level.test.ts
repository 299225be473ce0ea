import { expect, it } from 'vitest';
import { authLevel } from '../../../src/shared/http/auth-level.ts';

it('has the host ask for a key where keys say who calls, and where nothing is known', () => {
  expect(authLevel('keys', 'callers')).toBe('function');
  expect(authLevel(undefined, 'callers')).toBe('function');
  for (const mode of ['easy-auth', 'entra', 'anonymous'] as const) expect(authLevel(mode, 'callers')).toBe('anonymous');
});

it.each(['open', 'open-at-any-host'] as const)('has it ask nobody where an endpoint is %s', (access) => {
  expect(authLevel('keys', access)).toBe('anonymous');
  expect(authLevel(undefined, access)).toBe('anonymous');
});
