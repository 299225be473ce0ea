import { expect, it } from 'vitest';
import { StatementsAtOnce } from '../../../src/shared/sql/statements-at-once.ts';

it('executes as many statements of a caller as its limit says, and another when one has ended', () => {
  const statements = new StatementsAtOnce();
  const end = statements.begin('a', 2);
  statements.begin('a', 2);
  statements.begin('b', 2);

  expect(statements.begin('a', 2)).toBeUndefined();
  statements.begin('a', null)?.();
  end?.();
  end?.();
  statements.begin('a', 2);
  expect(statements.begin('a', 2)).toBeUndefined();
});
