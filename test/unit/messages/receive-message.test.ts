import { writeFile, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import { OUTCOMES } from '../../../src/shared/domain/outcome.ts';
import { receiveMessage } from '../../../src/shared/messages/receive-message.ts';
import { runRequests } from '../../../src/shared/messages/run-requests.ts';
import { messageText } from '../../../src/shared/messages/message-text.ts';
import { sentDocument } from '../../../src/shared/runs/record/announce-change.ts';
import type { MemoryOrchestrations } from '../../support/memory-orchestrations.ts';
import type { MemoryStorage } from '../../support/memory-storage.ts';
import { DETAILS, NOW_MS, openReceiving, recordsOf } from './receiving.ts';

const DAY_MS = 86_400_000;
const RUN = { existing_cluster_id: 'c', notebook_task: { notebook_path: '/Shared/a' } };

let storage: MemoryStorage;
let context: AppContext;
let orchestrations: MemoryOrchestrations;
let logged: string[];

beforeEach(() => open());

function open(env: Record<string, string> = {}): void {
  ({ context, storage, orchestrations, logged } = openReceiving({ REPLY_QUEUES: 'replies-a,replies-b', ...env }));
}

async function receive(
  body: unknown,
  { messageId = 'message-1', count = 1, expiresAtMs = NOW_MS + DAY_MS } = {},
): Promise<void> {
  const message = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  await receiveMessage(context, orchestrations, runRequests, { messageId, count, expiresAtMs, message }, DETAILS);
}

const records = () => recordsOf(context);

const poison = () => storage.sent('run-requests-poison').map(({ text }) => JSON.parse(messageText(text)) as unknown);

it('makes one run of a message that is delivered three times', async () => {
  for (const count of [1, 2, 3]) await receive(RUN, { count });
  await receive(RUN, { messageId: 'message-2' });

  expect(await records()).toHaveLength(2);
  expect(storage.sent('run-requests-poison')).toEqual([]);
});

it('lets a message alone whose run was made of another version of its template', async () => {
  await receive(RUN);
  await receive({ ...RUN, description: 'as another template fills it' }, { count: 2 });

  expect(await records()).toHaveLength(1);
  expect(poison()).toEqual([]);
  expect(logged).toContain('message.repeated');
});

it('makes one run of messages with one key', async () => {
  for (const messageId of ['message-1', 'message-2'])
    await receive({ ...RUN, idempotency_token: 'key' }, { messageId });

  expect(await records()).toHaveLength(1);
});

it('takes the sender to be the queue, whatever the body says', async () => {
  await receive({ ...RUN, submitted_by: { kind: 'user', id: 'somebody' }, correlation_id: 'order-1' });

  const [record] = await records();
  expect(record).toMatchObject({
    submittedBy: { kind: 'queue', id: 'run-requests', name: 'run-requests' },
    source: 'queue',
    correlationId: 'order-1',
    request: { notify: { channels: [{ name: 'queue', target: 'run-results' }] } },
  });
});

it('fills templates, and starts saved jobs', async () => {
  await receive({ template: 'greet', parameters: { key: 'a' }, reply_to: 'replies-b' });
  await receive('{"job":9007199254740993,"gateway":{"notify":{"queue":false}}}', { messageId: 'message-2' });

  const requests = (await records()).map(({ request }) => request);
  expect(requests).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        template: 'greet',
        notify: expect.objectContaining({ channels: [{ name: 'queue', target: 'replies-b' }] }),
      }),
      expect.objectContaining({
        target: { kind: 'run_now', job: { id: '9007199254740993' } },
        notify: expect.objectContaining({ channels: [] }),
      }),
    ]),
  );
});

it('takes the queue of results by its name for what it is without one', async () => {
  await receive({ ...RUN, idempotency_token: 'key' });
  await receive({ ...RUN, idempotency_token: 'key', reply_to: 'run-results' }, { messageId: 'message-2' });

  expect(poison()).toEqual([]);
  const [{ request } = {}, ...others] = await records();
  expect(request?.notify).toEqual({ on: [...OUTCOMES], channels: [{ name: 'queue', target: 'run-results' }] });
  expect(others).toEqual([]);
});

it.each([
  ['no JSON', 'no JSON', 'INVALID_JSON', []],
  ['a list', '[]', 'INVALID_BODY', ['']],
  ['no task', '{"run_name":"a"}', 'INVALID_BODY', ['']],
  ['a queue that nobody named', { ...RUN, reply_to: 'run-requests' }, 'INVALID_BODY', ['/reply_to']],
  ['no such template', { template: 'none' }, 'TEMPLATE_NOT_FOUND', ['/template']],
  ['a template with more than its parameters', { template: 'greet', tasks: [] }, 'INVALID_BODY', ['/tasks']],
  ['parameters that do not fit', { template: 'greet' }, 'TEMPLATE_PARAMETERS_INVALID', ['/parameters/key']],
  ['a workspace that is none', { ...RUN, gateway: { workspace: 'x' } }, 'UNKNOWN_WORKSPACE', ['/gateway/workspace']],
  ['a correlation id that is no text', { ...RUN, correlation_id: 7 }, 'INVALID_BODY', ['/correlation_id']],
  ['a correlation id of two lines', { ...RUN, correlation_id: 'a\nb' }, 'INVALID_BODY', ['/correlation_id']],
])('keeps a message with %s, and why', async (_, body, code, paths) => {
  await receive(body);

  expect(poison()).toEqual([
    {
      reason: expect.stringMatching(/\.$/),
      code,
      message_id: 'message-1',
      errors: paths.map((path) => ({ path, message: expect.any(String) })),
      body: body === 'no JSON' ? body : typeof body === 'string' ? JSON.parse(body) : body,
    },
  ]);
  expect(storage.sent('run-requests-poison')).toMatchObject([{ messageTimeToLive: -1 }]);
  expect(logged).toContain('message.refused');
  expect(await records()).toEqual([]);
});

it('keeps a message once that is delivered again after it was kept', async () => {
  for (const count of [1, 2]) await receive('no JSON', { count });
  await receive('no JSON', { messageId: 'message-2' });

  expect(poison()).toMatchObject([{ message_id: 'message-1' }, { message_id: 'message-2' }]);
});

it('asks the policy for the queue, and keeps what it refuses with the rule that came nearest', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'policy-'));
  const file = join(folder.path, 'policy.json');
  const rule = { id: 'by-queue', effect: 'permit', callers: { sources: ['queue'] }, actions: ['runs:submit'] };
  const limits = { queued: 7 };
  await writeFile(file, JSON.stringify({ version: 1, rules: [{ ...rule, notebooks: ['/Shared/'], limits }] }));
  open({ POLICY_FILE: file });
  await receive(RUN);
  await receive({ ...RUN, notebook_task: { notebook_path: '/Users/a' } }, { messageId: 'message-2' });

  expect(await records()).toMatchObject([{ decision: { rule: 'by-queue' } }]);
  expect(poison()).toMatchObject([{ code: 'POLICY_REFUSED', message_id: 'message-2' }]);
  expect(JSON.stringify(poison())).toContain('by-queue');
});

it('keeps no secret that the gateway knows', async () => {
  context.redactor.register('planted-secret-value');
  await receive({ ...RUN, gateway: { workspace: 'planted-secret-value' }, run_name: 'planted-secret-value' });

  expect(poison()).toMatchObject([{ code: 'UNKNOWN_WORKSPACE' }]);
  expect(JSON.stringify([storage.sent('run-requests-poison'), poison()])).not.toContain('planted-secret-value');
});

it('refuses another body under the key of a run', async () => {
  await receive({ ...RUN, idempotency_token: 'key' });
  await receive({ ...RUN, idempotency_token: 'key', reply_to: 'replies-a' }, { messageId: 'message-2' });

  expect(poison()).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT', message_id: 'message-2' }]);
});

it('puts off what cannot be accepted now, under the key that it has', async () => {
  open({ RUN_QUEUE_MAX: '1' });
  await receive(RUN);
  await receive('{"job":9007199254740993}', { messageId: 'message-2', count: 4 });

  const [postponed] = storage.sent('run-requests');
  expect(postponed).toMatchObject({ visibilityTimeout: 30, messageTimeToLive: DAY_MS / 1_000 });
  expect(messageText(postponed?.text)).toBe('{"job":9007199254740993,"idempotency_token":"message-2"}');
  expect(storage.sent('run-requests-poison')).toEqual([]);
  expect(logged).toContain('message.postponed');
});

it('sends no result to a queue that the settings no longer name', async () => {
  await receive({ ...RUN, reply_to: 'replies-a' });
  const [run] = (await context.ledger.list({ limit: 1 })).runs;
  const document = run === undefined ? undefined : sentDocument(context, run);
  open({ REPLY_QUEUES: 'replies-b' });
  const send = async (queue: string) => document && context.channels.get('queue')?.send(document, queue);

  await expect(send('replies-a')).rejects.toMatchObject({ code: 'QUEUE_NOT_ALLOWED' });
  for (const queue of ['replies-b', 'run-results']) await send(queue);
  expect(['replies-a', 'replies-b', 'run-results'].map((queue) => storage.sent(queue).length)).toEqual([0, 1, 1]);
});

it('has the host deliver again what is too large to be put off with its key, and at last keeps it', async () => {
  open({ RUN_QUEUE_MAX: '1' });
  await receive(RUN);
  const message = JSON.stringify({ ...RUN, description: '' });
  const filled = message.replace('""', `"${'x'.repeat(65_536 - message.length)}"`);
  await expect(receive(filled, { messageId: 'message-2' })).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  expect(poison()).toEqual([]);
  await receive(filled, { messageId: 'message-2', count: 5 });

  expect(storage.sent('run-requests')).toHaveLength(0);
  expect(poison()).toMatchObject([{ code: 'QUEUE_FULL', message_id: 'message-2' }]);
});

it('keeps a message that would expire before it could be accepted', async () => {
  open({ RUN_QUEUE_MAX: '1' });
  await receive(RUN);
  await receive(RUN, { messageId: 'message-2', expiresAtMs: NOW_MS + 20_000 });

  expect(poison()).toMatchObject([{ code: 'QUEUE_FULL', message_id: 'message-2' }]);
});

it('waits for documents that have never been usable, and forgets nothing meanwhile', async () => {
  open({ POLICY_FILE: 'no-such-policy.json' });
  await receive(RUN, { expiresAtMs: Infinity });

  expect(storage.sent('run-requests')).toMatchObject([{ messageTimeToLive: -1 }]);
  expect(messageText(storage.sent('run-requests')[0]?.text)).toContain('"idempotency_token":"message-1"');
  expect(await records()).toEqual([]);
});

it('does not touch a message again that has ended the app each time', async () => {
  await receive(RUN, { count: 6 });

  expect(poison()).toMatchObject([{ code: 'MESSAGE_UNFINISHED', message_id: 'message-1', body: RUN }]);
  expect(await records()).toEqual([]);
});

it('gives the message back to the host where it can be neither accepted nor kept', async () => {
  storage.writesLeft = 0;

  await expect(receive(RUN)).rejects.toThrow('process has ended');
});
