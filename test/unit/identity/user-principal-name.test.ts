import { expect, it } from 'vitest';
import { callerWithoutRoles } from '../../../src/shared/domain/caller.ts';
import { runViewerOf } from '../../../src/shared/domain/run-viewer.ts';
import { userPrincipalNameOf, type UserNames } from '../../../src/shared/identity/user-principal-name.ts';

const iss = 'https://login.example/t/v2.0';

it.each<[names: UserNames, expected: string | undefined]>([
  [{ upn: 'ada@example.com' }, 'ada@example.com'],
  [{ preferredUsername: 'ada@example.com', iss }, 'ada@example.com'],
  [{ upn: 'ada@example.com', preferredUsername: 'other@example.com' }, 'ada@example.com'],
  [{ preferredUsername: 'ada@example.com', idp: iss, iss, acct: 0 }, 'ada@example.com'],
  [{ preferredUsername: 'ceo@example.com', idp: 'https://sts.windows.net/home/', iss }, undefined],
  [{ preferredUsername: 'ceo@example.com', idp: 'live.com' }, undefined],
  [{ preferredUsername: 'ceo@example.com', acct: 1 }, undefined],
  [{ preferredUsername: 'ceo@example.com', acct: '1' }, undefined],
  [{ upn: 'ceo_home.example#EXT#@example.onmicrosoft.com' }, undefined],
  [{ preferredUsername: '+49 170 1234567' }, undefined],
  [{ preferredUsername: 'ada' }, undefined],
  [{ preferredUsername: 'ada@example.com,eve@example.com' }, undefined],
  [{ preferredUsername: 'ada@example.com\r\nx' }, undefined],
  [{}, undefined],
])('takes of %j the name that an administrator has given: %s', (names, expected) => {
  expect(userPrincipalNameOf(names)).toBe(expected);
});

it('shows a run to users of the domains that are listed, and to nobody by default', () => {
  const ada = { ...callerWithoutRoles({ kind: 'user', id: 't/o', name: 'x' }), userPrincipalName: 'ada@Example.com' };

  expect(runViewerOf(ada, ['example.com'])).toBe('ada@Example.com');
  for (const domains of [[], ['com'], ['evil-example.com'], ['ada@example.com']])
    expect(runViewerOf(ada, domains)).toBeUndefined();
  expect(runViewerOf({ ...ada, kind: 'app' }, ['example.com'])).toBeUndefined();
  expect(
    runViewerOf(callerWithoutRoles({ kind: 'user', id: 't/o', name: 'ada@example.com' }), ['example.com']),
  ).toBeUndefined();
});
