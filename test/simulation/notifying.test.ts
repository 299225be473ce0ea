import { expect, it } from 'vitest';
import { isSettled, type DeliveryState } from '../../src/shared/domain/delivery-state.ts';
import type { RunRecord } from '../../src/shared/domain/run-record.ts';
import type { NotifyRequest } from '../../src/shared/domain/run-request.ts';
import type { Channel } from '../../src/shared/notify/channel.ts';
import { requestNotifications } from '../../src/shared/runs/accept/request-notifications.ts';
import { VirtualGateway } from '../support/virtual-gateway.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A channel waits for a receiver so long at most. */
const BOUND_MS = 10 * SECOND;

/** Receivers by what they do with the so-manieth try. */
type Receivers = Readonly<Record<string, (tries: number) => 'takes' | 'refuses' | 'never responds'>>;

/** A gateway whose callbacks go to receivers on its own clock; `got`: what arrived where, and when. */
function gatewayWith(receivers: Receivers) {
  const gateway = new VirtualGateway();
  const tries = new Map<string, number>();
  const got: { run: string; target: string; atMs: number }[] = [];
  const callback: Channel = {
    isOwnService: false,
    receiver: (target) => target,
    async send({ id }, target, timeoutMs = BOUND_MS) {
      const nth = (tries.get(target) ?? 0) + 1;
      tries.set(target, nth);
      const response = receivers[target]?.(nth);
      if (response === 'never responds') await gateway.hub.sleep(timeoutMs);
      if (response !== 'takes') throw new Error(`The receiver ${response}.`);
      got.push({ run: id, target, atMs: gateway.hub.nowMs });
    },
  };
  Object.assign(gateway.context, { channels: new Map([['callback', callback]]) });
  return { gateway, got, tries };
}

const notifying = (...targets: string[]): NotifyRequest => ({
  on: ['succeeded'],
  channels: targets.map((target) => ({ name: 'callback', target })),
});

const states = (runs: readonly { record: RunRecord }[]): DeliveryState[] =>
  runs.flatMap(({ record }) => record.deliveries);

it('delivers at the sixth try to a receiver that refuses five', async () => {
  const { gateway, got } = gatewayWith({ a: (nth) => (nth <= 5 ? 'refuses' : 'takes') });
  await gateway.accept([{ workKey: 'w', durationMs: MINUTE, notify: notifying('a') }], 0);

  await gateway.hub.runUntil();

  const runs = await gateway.followed();
  expect(got).toHaveLength(1);
  expect(states(runs)).toMatchObject([{ status: 'delivered', tries: 6, lastError: null }]);
  expect((got[0]?.atMs ?? 0) - (runs[0]?.record.completedAtMs ?? 0)).toBeLessThan(5 * MINUTE);
  expect(gateway.storage.sent('run-notifications-poison')).toEqual([]);
});

it('gives up a receiver that never responds, keeps dead letters, and slows nobody else', async () => {
  const { gateway, got } = gatewayWith({ silent: () => 'never responds', good: () => 'takes' });
  const silent = Array.from({ length: 30 }, () => ({ workKey: 's', durationMs: MINUTE, notify: notifying('silent') }));
  const good = Array.from({ length: 30 }, () => ({ workKey: 'g', durationMs: MINUTE, notify: notifying('good') }));
  await gateway.accept(
    silent.flatMap((run, index) => [run, ...good.slice(index, index + 1)]),
    SECOND,
  );

  await gateway.hub.runUntil();

  const runs = await gateway.followed();
  const byTarget = Map.groupBy(runs, ({ record }) => record.deliveries[0]?.target);
  const ends = new Map(runs.map(({ record }) => [record.id, record.completedAtMs ?? 0]));
  const latest = Math.max(...got.map(({ run, atMs }) => atMs - (ends.get(run) ?? 0)));
  expect(got).toHaveLength(30);
  expect(latest).toBeLessThan(30 * SECOND);
  expect(states(byTarget.get('silent') ?? []).map(({ status }) => status)).toEqual(silent.map(() => 'abandoned'));
  const letters = gateway.storage.sent('run-notifications-poison').map(({ text }) => Buffer.from(text, 'base64'));
  expect(new Set(letters.map((letter) => JSON.parse(letter.toString()).run_id)).size).toBe(30);
});

it("notifies others at once although one caller's callbacks go to ever new hosts that never respond", async () => {
  const hosts = Array.from({ length: 12 }, (_, index) => `silent-${index}`);
  const silent = Object.fromEntries(hosts.map((host) => [host, () => 'never responds'] as const));
  const { gateway, got } = gatewayWith({ ...silent, good: () => 'takes' });
  const submittedBy = { kind: 'key', id: 'greedy', name: 'greedy' } as const;
  const greedy = hosts.map((host) => ({ workKey: 's', durationMs: MINUTE, notify: notifying(host), submittedBy }));
  const good = { workKey: 'g', durationMs: MINUTE, notify: notifying('good') };
  await gateway.accept(
    greedy.flatMap((run, index) => (index % 6 === 5 ? [run, good] : [run])),
    SECOND,
  );

  await gateway.hub.runUntil(gateway.hub.nowMs + 2 * MINUTE);

  const ends = new Map((await gateway.followed()).map(({ record }) => [record.id, record.completedAtMs ?? 0]));
  const latest = Math.max(...got.map(({ run, atMs }) => atMs - (ends.get(run) ?? 0)));
  expect(got).toHaveLength(2);
  expect(latest).toBeLessThan(BOUND_MS);
});

it('notifies the others of a run at once although one of its receivers never responds', async () => {
  const { gateway, got } = gatewayWith({ silent: () => 'never responds', good: () => 'takes' });
  await gateway.accept([{ workKey: 'w', durationMs: MINUTE, notify: notifying('silent', 'good') }], 0);

  await gateway.hub.runUntil();

  const [run] = await gateway.followed();
  expect((got[0]?.atMs ?? 0) - (run?.record.completedAtMs ?? 0)).toBeLessThan(BOUND_MS);
  expect(run?.record.deliveries.map(({ status }) => status)).toEqual(['abandoned', 'delivered']);
});

it('notifies again on request, of what has not arrived alone', async () => {
  let isUp = false;
  const { gateway, got, tries } = gatewayWith({ down: () => (isUp ? 'takes' : 'refuses'), good: () => 'takes' });
  await gateway.accept([{ workKey: 'w', durationMs: MINUTE, notify: notifying('down', 'good') }], 0);
  await gateway.hub.runUntil();
  const again = async () => {
    const [run] = await gateway.followed();
    const stored = await gateway.context.ledger.get(run?.record ?? { id: '', createdAtMs: 0 });
    if (stored === undefined) throw new Error('The run is gone.');
    return requestNotifications(gateway.context, gateway.hub, stored);
  };

  isUp = true;
  const asked = await again();
  await gateway.hub.runUntil();

  expect(asked.record.deliveries.map(({ status }) => status)).toEqual(['pending', 'delivered']);
  expect(got.map(({ target }) => target)).toEqual(['good', 'down']);
  expect(states(await gateway.followed()).every(({ status }) => status === 'delivered')).toBe(true);
  const before = Object.fromEntries(tries);
  await again();
  await gateway.hub.runUntil();
  expect(Object.fromEntries(tries)).toEqual(before);
});

it('abandons what it was asked to send again as after any end, and can be asked once more', async () => {
  const { gateway, tries } = gatewayWith({ down: () => 'refuses' });
  await gateway.accept([{ workKey: 'w', durationMs: MINUTE, notify: notifying('down') }], 0);
  await gateway.hub.runUntil();
  const first = tries.get('down') ?? 0;
  const [run] = await gateway.followed();
  const endedMs = gateway.hub.nowMs;

  for (let round = 0; round < 2; round++) {
    const stored = await gateway.context.ledger.get(run?.record ?? { id: '', createdAtMs: 0 });
    if (stored !== undefined) await requestNotifications(gateway.context, gateway.hub, stored);
    await gateway.hub.runUntil();
  }

  expect(states(await gateway.followed()).map((state) => [state.status, isSettled(state)])).toEqual([
    ['abandoned', true],
  ]);
  expect(tries.get('down')).toBeGreaterThan(2 * first);
  expect(gateway.hub.nowMs - endedMs).toBeGreaterThan(2 * HOUR);
});

it('notifies again although it is asked to in the moment in which it gives up', async () => {
  const { gateway, tries } = gatewayWith({ down: () => 'refuses' });
  await gateway.accept([{ workKey: 'w', durationMs: MINUTE, notify: notifying('down') }], 0);
  await gateway.hub.runUntil();
  const [run] = await gateway.followed();
  const again = async () => {
    const stored = await gateway.context.ledger.get(run?.record ?? { id: '', createdAtMs: 0 });
    if (stored !== undefined) await requestNotifications(gateway.context, gateway.hub, stored);
  };
  const isGivenUp = async () => states(await gateway.followed()).every(({ status }) => status === 'abandoned');
  gateway.hub.messageMs = 20 * SECOND;
  await again();
  for (let atMs = gateway.hub.nowMs; !(await isGivenUp()); atMs += 10 * SECOND) await gateway.hub.runUntil(atMs);
  const before = tries.get('down') ?? 0;

  // What the last try came to is on its way to the orchestration, which has not ended.
  await again();
  await gateway.hub.runUntil();

  expect(tries.get('down')).toBeGreaterThan(before);
  expect(await isGivenUp()).toBe(true);
});

it('keeps no run waiting for events on its way that the topic does not take', async () => {
  const { gateway, got } = gatewayWith({ topic: () => 'takes' });
  const tried: string[] = [];
  const topic: Channel = {
    isOwnService: true,
    receiver: () => 'event_grid',
    send: async ({ id }, target) => void got.push({ run: id, target, atMs: gateway.hub.nowMs }),
    async announce(change, _document, timeoutMs) {
      tried.push(change);
      await gateway.hub.sleep(timeoutMs);
      throw new Error('The topic does not respond.');
    },
  };
  Object.assign(gateway.context, { channels: new Map([['event_grid', topic]]) });
  const notify: NotifyRequest = { on: ['succeeded'], channels: [{ name: 'event_grid', target: 'topic' }] };
  const runs = Array.from({ length: 30 }, () => ({ workKey: 'w', durationMs: 5 * MINUTE, notify }));
  await gateway.accept(runs, SECOND);

  await gateway.hub.runUntil();

  const followed = await gateway.followed();
  const lags = followed.map(({ record }) => {
    const arrived = got.find(({ run }) => run === record.id);
    return (arrived?.atMs ?? Infinity) - (record.completedAtMs ?? 0);
  });
  expect(Math.max(...lags)).toBeLessThan(30 * SECOND);
  // It is left alone once it has failed slowly three times in a row.
  expect(tried.length).toBeGreaterThan(2);
  expect(tried.length).toBeLessThan(2 * runs.length);
});
