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
  expect(await get()).toBe('token-1');
  expect(await get()).toBe('token-2');
});

it('gives a token with time left at once, however long the next one takes, and fetches one for all', async () => {
  const clock = manualClock(0);
  const next = Promise.withResolvers<AccessToken>();
  let fetches = 0;
  const tokens = cachedTokens({
    now: clock.now,
    fetch: () => (fetches++ === 0 ? Promise.resolve({ token: 'first', expiresAtMs: HOUR_MS }) : next.promise),
  });
  await tokens.getToken();
  clock.advance(HOUR_MS - 100_000);

  expect(await tokens.getToken()).toMatchObject({ token: 'first' });
  expect(await tokens.getToken()).toMatchObject({ token: 'first' });
  clock.advance(70_000);
  const waiting = tokens.getToken();
  next.resolve({ token: 'second', expiresAtMs: 2 * HOUR_MS });

  expect(await waiting).toMatchObject({ token: 'second' });
  expect(fetches).toBe(2);
});

it('leaves a source alone for some seconds that has just failed', async () => {
  const { clock, state, get } = startTokens();
  await get();
  state.isDown = true;
  clock.advance(HOUR_MS - 20_000);

  await expect(get()).rejects.toThrow('down');
  await expect(get()).rejects.toThrow('down');
  expect(state.fetches).toBe(2);
  clock.advance(3_000);
  await expect(get()).rejects.toThrow('down');
  expect(state.fetches).toBe(3);
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
  clock.advance(3_000);
  expect(await get()).toMatch(/^token-/);
});

it('keeps a failure for some seconds only', async () => {
  const { clock, state, get } = startTokens();
  state.isDown = true;
  await expect(get()).rejects.toThrow('down');
  state.isDown = false;
  clock.advance(3_000);

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
