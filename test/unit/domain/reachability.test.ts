import { expect, it } from 'vitest';
import { afterFailure, REACHED } from '../../../src/shared/domain/reachability.ts';

it('calls a run unreachable once a minute of failures lies behind it, since the first of them began', () => {
  const first = afterFailure(REACHED, 10_000, 15_000);
  const second = afterFailure(first, 60_000, 65_000);
  const third = afterFailure(second, 65_000, 70_000);

  expect(first).toEqual({ failingSinceMs: 10_000, unreachableSinceMs: null });
  expect(second).toEqual({ failingSinceMs: 10_000, unreachableSinceMs: null });
  expect(third).toEqual({ failingSinceMs: 10_000, unreachableSinceMs: 10_000 });
});
