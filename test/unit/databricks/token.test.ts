import { expect, it } from 'vitest';
import { type AccessToken, cachedTokens } from '../../../src/shared/databricks/token.ts';
import { manualClock } from './manual-clock.ts';

const HOUR_MS = 3_600_000;

function startTokens({ lifetimeMs = HOUR_MS }: { lifetimeMs?: number } = {}) {
  const clock = manualClock(0);
  const state = { fetches: 0, isDown: false };
  const tokens = cachedTokens({
    now: clock.now,
    fetch: async (): Promise<AccessToken> => {
      state.fetches++;
      if (state.isDown) throw new Error('down');
      return { token: `token-${state.fetches}`, expiresAtMs: clock.now() + lifetimeMs };
    },
  });
  return { clock, state, tokens, get: async () => (await tokens.getToken()).token };
}

it('fetches once for all who ask at the same time', async () => {
  const { state, get } = startTokens();

  expect(new Set(await Promise.all([get(), get(), get()]))).toEqual(new Set(['token-1']));
  expect(state.fetches).toBe(1);
});

it('refreshes two minutes before the end', async () => {
  const { clock, get } = startTokens();
  await get();

  clock.advance(HOUR_MS - 121_000);
  expect(await get()).toBe('token-1');
  clock.advance(1_000);
  expect(await get()).toBe('token-2');
});

it('refreshes a short-lived token at half its life', async () => {
  const { clock, get } = startTokens({ lifetimeMs: 60_000 });
  await get();

  clock.advance(29_000);
  expect(await get()).toBe('token-1');
  clock.advance(1_000);
  expect(await get()).toBe('token-2');
});

it('goes on with a token that still has time left when a refresh fails', async () => {
  const { clock, state, get } = startTokens();
  await get();
  state.isDown = true;

  clock.advance(HOUR_MS - 60_000);
  expect(await get()).toBe('token-1');
  clock.advance(30_000);
  await expect(get()).rejects.toThrow('down');
  state.isDown = false;
  expect(await get()).toMatch(/^token-/);
});

it('keeps no failure', async () => {
  const { state, get } = startTokens();
  state.isDown = true;
  await expect(get()).rejects.toThrow('down');
  state.isDown = false;

  expect(await get()).toBe('token-2');
});

it('drops the token it is told of, and no other', async () => {
  const { tokens, get } = startTokens();
  await get();

  tokens.drop('another');
  expect(await get()).toBe('token-1');
  tokens.drop('token-1');
  expect(await get()).toBe('token-2');
  tokens.drop('token-1');
  expect(await get()).toBe('token-2');
});

it('survives a failure that nobody waits for any more', async () => {
  const { state, tokens } = startTokens();
  state.isDown = true;

  await expect(tokens.getToken({ signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
  await new Promise((resolve) => setImmediate(resolve));
  expect(state.fetches).toBe(1);
});

it('lets one caller leave without disturbing the others', async () => {
  const { state, tokens, get } = startTokens();
  const reason = new Error('left');
  const controller = new AbortController();

  const leaver = tokens.getToken({ signal: controller.signal });
  const other = get();
  controller.abort(reason);

  await expect(leaver).rejects.toBe(reason);
  expect(await other).toBe('token-1');
  expect(state.fetches).toBe(1);
});
