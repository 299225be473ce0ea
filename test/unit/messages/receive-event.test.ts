import { readFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import { messageText } from '../../../src/shared/messages/message-text.ts';
import { receiveEvent } from '../../../src/shared/messages/receive-event.ts';
import { receiveMessage } from '../../../src/shared/messages/receive-message.ts';
import { runEvents } from '../../../src/shared/messages/run-events.ts';
import { takesEvents } from '../../../src/shared/messages/takes-events.ts';
import type { MemoryOrchestrations } from '../../support/memory-orchestrations.ts';
import type { MemoryStorage } from '../../support/memory-storage.ts';
import { DETAILS, NOW_MS, openReceiving, recordsOf } from './receiving.ts';

const example = JSON.parse(readFileSync('examples/events/blob-created.json', 'utf8')) as Record<string, unknown>;

let storage: MemoryStorage;
let context: AppContext;
let orchestrations: MemoryOrchestrations;
let logged: string[];

beforeEach(() => open());

function open(env: Record<string, string> = {}): void {
  ({ context, storage, orchestrations, logged } = openReceiving({
    EVENT_RULES_FILE: 'settings/event-rules.json',
    ...env,
  }));
}

const receive = (event: unknown) => receiveEvent(context, orchestrations, event, DETAILS);

async function receiveByQueue(text: string): Promise<void> {
  const delivery = { messageId: 'message-1', count: 1, expiresAtMs: NOW_MS + 86_400_000, message: Buffer.from(text) };
  await receiveMessage(context, orchestrations, runEvents, delivery, DETAILS);
}

const records = () => recordsOf(context);

const kept = () =>
  storage.sent('run-events-poison').map(({ text }) => JSON.parse(messageText(text)) as Record<string, unknown>);

it('runs the template of the first rule that an event matches, as Event Grid', async () => {
  await receive(example);

  expect(await records()).toMatchObject([
    {
      source: 'event_grid',
      submittedBy: { kind: 'event_grid', id: 'event_grid' },
      request: { template: 'greet', labels: { trigger: 'landing', template: 'greet' }, notify: null },
    },
  ]);
});

it('makes the run a part of the trace that the event names', async () => {
  await receive({ ...example, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });

  const [record] = await records();
  expect(record).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' });
});

it('makes one run of an event, whichever way it comes', async () => {
  await receive(example);
  await receiveByQueue(JSON.stringify(example));
  await receiveByQueue(JSON.stringify([example, { ...example, id: 'another' }]));

  expect(await records()).toHaveLength(2);
});

it('tells events of two sources apart that have the same id', async () => {
  await receive(example);
  await receive({ ...example, source: '/another' });

  expect(await records()).toHaveLength(2);
});

it('lets an event alone whose run was made under other rules', async () => {
  await receive(example);
  await receive({ ...example, data: { eTag: 'changed' } });

  expect(await records()).toHaveLength(1);
  expect(logged).toContain('event.repeated');
  expect(kept()).toEqual([]);
});

it('keeps every digit of a number that comes by the queue, and refuses a rounded one', async () => {
  const text = JSON.stringify(example).replace('524288', '9007199254740993');
  await receiveByQueue(text);
  await receive({ ...example, id: 'rounded', data: { eTag: 'a', contentLength: 2 ** 53 } });

  const [record] = await records();
  expect(record).toMatchObject({ request: { template: 'greet' } });
  expect(kept()).toMatchObject([{ code: 'TEMPLATE_PARAMETERS_INVALID', message_id: 'rounded' }]);
  expect(kept()[0]?.['reason']).toContain('digits');
});

it.each([
  ['that is none', 'event', 'INVALID_BODY'],
  ['without what its template needs', { ...example, data: {} }, 'TEMPLATE_PARAMETERS_INVALID'],
  [
    'whose values Databricks would fill',
    { ...example, data: { eTag: '{{secrets/a/b}}' } },
    'TEMPLATE_PARAMETERS_INVALID',
  ],
])('keeps an event %s, and asks for it no more', async (_, event, code) => {
  await receive(event);
  await receiveByQueue(JSON.stringify(event));

  expect(kept()).toMatchObject([
    { code, body: event },
    { code, message_id: 'message-1', body: event },
  ]);
  expect(await records()).toEqual([]);
});

it('keeps what is wrong in a list, and runs the rest', async () => {
  await receiveByQueue(JSON.stringify([{ id: 'no event' }, example]));

  expect(kept()).toMatchObject([{ code: 'INVALID_BODY', body: { id: 'no event' } }]);
  expect(await records()).toHaveLength(1);
});

it('keeps a list of more than 100 events as one, and runs none of them', async () => {
  await receiveByQueue(JSON.stringify(Array.from({ length: 101 }, (_, index) => ({ ...example, id: String(index) }))));
  await receiveByQueue(`[${Array.from({ length: 10_000 }, () => '0').join(',')}]`);

  expect(kept()).toMatchObject([{ code: 'INVALID_BODY' }, { code: 'INVALID_BODY' }]);
  expect(await records()).toEqual([]);
});

it.each([200, 100_000])('keeps an event that is nested %d levels deep, and asks for it no more', async (levels) => {
  const data = JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown;
  await receive({ ...example, data });

  expect(kept()).toMatchObject([{ code: 'JSON_TOO_DEEP', message_id: example['id'] }]);
});

it('refuses a number that has become infinite on its way by the trigger', async () => {
  await receive({ ...example, data: { eTag: 'a', contentLength: JSON.parse('1e400') as number } });

  expect(kept()).toMatchObject([{ code: 'TEMPLATE_PARAMETERS_INVALID', reason: expect.stringContaining('digits') }]);
});

it('asks Event Grid to deliver again what cannot be accepted now, and puts a message off', async () => {
  open({ RUN_QUEUE_MAX: '1' });
  await receive(example);
  const next = { ...example, id: 'next' };

  await expect(receive(next)).rejects.toThrow('try again later');
  await receiveByQueue(JSON.stringify([example, next]));
  expect(storage.sent('run-events').map(({ text }) => JSON.parse(messageText(text)) as unknown)).toEqual([next]);
  expect(kept()).toEqual([]);
});

it('does nothing of its own events, nor of what no rule is about', async () => {
  await receive({ ...example, type: 'DatabricksGateway.RunCompleted' });
  await receive({ ...example, type: 'Other' });

  expect(await records()).toEqual([]);
  expect(logged.filter((event) => event === 'event.unmatched')).toHaveLength(2);
});

it('leaves the queue of events alone where there are no rules', () => {
  expect(takesEvents(context.config)).toBe(true);
  open({ EVENT_RULES_FILE: '' });
  expect(takesEvents(context.config)).toBe(false);
});
