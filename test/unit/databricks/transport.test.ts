import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import {
  DatabricksNotFoundError,
  DatabricksPermissionError,
  DatabricksProtocolError,
  DatabricksRateLimitedError,
  DatabricksRejectedError,
  DatabricksUnavailableError,
} from '../../../src/shared/databricks/errors.ts';
import { startTransport, tokensInTurn } from './transport-fixture.ts';

const GET = { method: 'GET', path: '/api/2.2/jobs/runs/get' } as const;
const POST = { method: 'POST', path: '/api/2.2/jobs/runs/submit', body: '{}' } as const;
const asGet = { path: GET.path, method: 'GET' };
const asPost = { path: POST.path, method: 'POST' };

it('signs, names itself and asks for JSON', async () => {
  const { workspace, transport } = startTransport();
  let sent: unknown;
  workspace.intercept({ path: `${GET.path}?run_id=1&flag=true`, method: 'GET' }).reply(200, ({ headers }) => {
    sent = headers;
    return '{"run_id":9007199254740993}';
  });

  const answer = await transport.request('runs/get', { ...GET, query: { run_id: '1', flag: true, none: undefined } });

  expect(answer).toEqual({ run_id: JSON.rawJSON('9007199254740993') });
  expect(sent).toMatchObject({
    accept: 'application/json',
    authorization: 'Bearer planted-token',
    'user-agent': expect.stringMatching(/^databricks-gateway\/\d+\.\d+\.\d+$/),
  });
});

it('says what a request is made for, and tells of each that was sent', async () => {
  const { workspace, transport, calls } = startTransport({ random: 0 });
  const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
  workspace.intercept({ path: '/api/x', headers }).reply(429, '{}');
  workspace.intercept({ path: '/api/x', headers }).reply(200, '{}');

  const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
  await transport.request('x', { method: 'GET', path: '/api/x', trace });

  expect(calls).toEqual(['x 429', 'x 200']);
});

it('takes an empty answer for an empty object', async () => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asGet).reply(200, '');

  expect(await transport.request('runs/get', GET)).toEqual({});
});

it('absorbs a 429 after the delay the server names', async () => {
  const { workspace, transport, clock } = startTransport({ random: 0 });
  workspace.intercept(asGet).reply(429, { error_code: 'REQUEST_LIMIT_EXCEEDED' }, { headers: { 'retry-after': '7' } });
  workspace.intercept(asGet).reply(200, '{"ok":true}');

  expect(await transport.request('runs/get', GET)).toEqual({ ok: true });
  expect(clock.sleeps[0]).toBe(7_000);
});

it('absorbs a 429 whose delay is a date', async () => {
  const { workspace, transport, clock } = startTransport({ random: 0 });
  const date = new Date(clock.now() + 5_000).toUTCString();
  workspace.intercept(asGet).reply(503, 'busy', { headers: { 'retry-after': date } });
  workspace.intercept(asGet).reply(200, '{}');

  await transport.request('runs/get', GET);

  expect(clock.sleeps).toEqual([5_000]);
});

it('backs off exponentially with jitter where no delay is named', async () => {
  const { workspace, transport, clock, records } = startTransport({ random: 0.5 });
  workspace.intercept(asGet).reply(503, '').times(4);
  workspace.intercept(asGet).reply(200, '{}');

  await transport.request('runs/get', GET);

  expect(clock.sleeps).toEqual([500, 1_000, 2_000, 4_000]);
  expect(records.map(({ event, fields }) => [event, fields['attempt'], fields['delayMs']])).toEqual([
    ['databricks_request.retried', 1, 500],
    ['databricks_request.retried', 2, 1_000],
    ['databricks_request.retried', 3, 2_000],
    ['databricks_request.retried', 4, 4_000],
  ]);
});

it.each([
  ['a 500', 500, '{"error_code":"INTERNAL_ERROR","message":"x"}'],
  ['a 502 in HTML', 502, '<html><title>Bad gateway</title></html>'],
  ['a 504', 504, ''],
  ['a lock', 400, '{"error_code":"COULD_NOT_ACQUIRE_LOCK","message":"x"}'],
  ['a conflict', 409, '{"error_code":"ABORTED","message":"x"}'],
  ['a service that is down', 400, '{"error_code":"TEMPORARILY_UNAVAILABLE","message":"x"}'],
  ['a garbled response', 200, '\u0000\u0001 nonsense'],
])('absorbs %s', async (_name, status, body) => {
  const { workspace, transport, agent } = startTransport();
  workspace.intercept(asGet).reply(status, body);
  workspace.intercept(asGet).reply(200, '{"ok":true}');

  expect(await transport.request('runs/get', GET)).toEqual({ ok: true });
  agent.assertNoPendingInterceptors();
});

it.each(['ECONNRESET', 'ECONNREFUSED', 'UND_ERR_SOCKET', 'EAI_AGAIN'])(
  'absorbs a network failure: %s',
  async (code) => {
    const { workspace, transport } = startTransport();
    workspace.intercept(asGet).replyWithError(Object.assign(new Error('x'), { code }));
    workspace.intercept(asGet).reply(200, '{"ok":true}');

    expect(await transport.request('runs/get', GET)).toEqual({ ok: true });
  },
);

it('gives up when the budget is spent, with the last failure', async () => {
  const { workspace, transport, clock } = startTransport({ random: 0.9 });
  workspace.intercept(asGet).reply(503, '{"error_code":"TEMPORARILY_UNAVAILABLE","message":"later"}').persist();
  const startedAtMs = clock.now();

  const error = await transport.request('runs/get', GET).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksUnavailableError);
  expect(error).toMatchObject({ status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE', retryable: true });
  expect(clock.now() - startedAtMs).toBeLessThanOrEqual(60_000);
});

it('hands a delay beyond the budget to the caller at once', async () => {
  const { workspace, transport, clock } = startTransport();
  workspace.intercept(asGet).reply(429, '', { headers: { 'retry-after': '3600' } });

  const error = await transport.request('runs/get', GET).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksRateLimitedError);
  expect(error).toMatchObject({ retryAfterMs: 3_600_000 });
  expect(clock.sleeps).toEqual([]);
});

it('tries once where the caller allows no budget', async () => {
  const { workspace, transport, clock } = startTransport();
  workspace.intercept(asGet).reply(429, '');

  await expect(transport.request('runs/get', { ...GET, budgetMs: 0 })).rejects.toThrow(DatabricksRateLimitedError);
  expect(clock.sleeps).toEqual([]);
});

it('surfaces the creation limit at once as a rate limit', async () => {
  const { workspace, transport } = startTransport();
  const message =
    'There were already 1000 jobs created in past 3600 seconds, exceeding rate limit: 1000 job creations.';
  workspace.intercept(asPost).reply(400, { error_code: 'INVALID_STATE', message });

  const error = await transport.request('runs/submit', { ...POST, isSafe: true }).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksRateLimitedError);
  expect(error).toMatchObject({ errorCode: 'INVALID_STATE', retryAfterMs: 60_000, databricksMessage: message });
});

it.each([
  [429, ''],
  [400, '{"error_code":"COULD_NOT_ACQUIRE_LOCK"}'],
])('sends an unsafe request again after %i, which was not acted on', async (status, body) => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asPost).reply(status, body);
  workspace.intercept(asPost).reply(200, '{"ok":true}');

  expect(await transport.request('runs/submit', POST)).toEqual({ ok: true });
});

it.each([500, 503])('never sends an unsafe request again after %i, which may have been acted on', async (status) => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asPost).reply(status, '');

  await expect(transport.request('runs/submit', POST)).rejects.toThrow(DatabricksUnavailableError);
});

it('never sends an unsafe request again after a reset', async () => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asPost).replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));

  const error = await transport.request('runs/submit', POST).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksUnavailableError);
  expect(error).toMatchObject({ networkCode: 'ECONNRESET', retryable: true });
});

it.each([401, 403])('drops a token that got %i and goes on with a fresh one', async (status) => {
  const tokens = tokensInTurn('old-token', 'new-token');
  const { workspace, transport } = startTransport({ tokens });
  workspace.intercept({ ...asGet, headers: { authorization: 'Bearer old-token' } }).reply(status, '{"error_code":403}');
  workspace.intercept({ ...asGet, headers: { authorization: 'Bearer new-token' } }).reply(200, '{"ok":true}');

  expect(await transport.request('runs/get', GET)).toEqual({ ok: true });
  expect(tokens.dropped).toEqual(['old-token']);
});

it('refuses after one fresh token, however many there are', async () => {
  const tokens = tokensInTurn('token-1', 'token-2', 'token-3');
  const { workspace, transport, agent } = startTransport({ tokens });
  workspace.intercept(asGet).reply(403, { error_code: 403, message: 'Invalid access token.' }).times(2);

  const error = await transport.request('runs/get', GET).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksPermissionError);
  expect(error).toMatchObject({ status: 403, databricksMessage: 'Invalid access token.', retryable: false });
  agent.assertNoPendingInterceptors();
});

it('does not knock twice with the same token', async () => {
  const { workspace, transport, agent } = startTransport({ tokens: tokensInTurn('only-token') });
  workspace.intercept(asGet).reply(403, '{"error_code":"PERMISSION_DENIED","message":"no"}').times(1);

  await expect(transport.request('runs/get', GET)).rejects.toThrow(DatabricksPermissionError);
  agent.assertNoPendingInterceptors();
});

it.each([
  [400, '{"error_code":"INVALID_PARAMETER_VALUE","message":"Run 1 does not exist."}', DatabricksNotFoundError],
  [
    400,
    '{"error_code":"INVALID_PARAMETER_VALUE","message":"Run: 1 in job: 2 doesn\'t exist"}',
    DatabricksNotFoundError,
  ],
  [404, '{"message":"Run 1 does not exist."}', DatabricksNotFoundError],
  [400, '{"error_code":"RESOURCE_DOES_NOT_EXIST"}', DatabricksNotFoundError],
  [400, '{"error_code":"INVALID_PARAMETER_VALUE","message":"Bad limit."}', DatabricksRejectedError],
  [409, '{"error_code":"ABORTED"}', DatabricksUnavailableError],
  [409, '{"error_code":"RESOURCE_CONFLICT"}', DatabricksUnavailableError],
  [400, '{"error_code":"COULD_NOT_ACQUIRE_LOCK"}', DatabricksUnavailableError],
  [400, '{"error_code":"TEMPORARILY_UNAVAILABLE"}', DatabricksUnavailableError],
  [404, '<html><h1>Not Found</h1></html>', DatabricksUnavailableError],
  [400, '{"message":"not in the form of Databricks"}', DatabricksUnavailableError],
  [501, '', DatabricksUnavailableError],
  [302, '', DatabricksProtocolError],
])('raises the right leaf for %i %s', async (status, body, leaf) => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asGet).reply(status, body);

  await expect(transport.request('runs/get', { ...GET, budgetMs: 0 })).rejects.toThrow(leaf);
});

it('says of a failure that an earlier try of the same call may have arrived', async () => {
  const { workspace, transport } = startTransport();
  const token = { ...POST, isSafe: true };
  workspace.intercept(asPost).replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
  workspace.intercept(asPost).reply(429, '', { headers: { 'retry-after': '3600' } });
  const afterReset = await transport.request('runs/submit', token).catch((thrown: unknown) => thrown);
  workspace.intercept(asPost).reply(400, '{"error_code":"COULD_NOT_ACQUIRE_LOCK"}');
  workspace.intercept(asPost).reply(429, '', { headers: { 'retry-after': '3600' } });
  const afterLock = await transport.request('runs/submit', token).catch((thrown: unknown) => thrown);

  expect(afterReset).toMatchObject({ status: 429, mayHaveArrivedBefore: true });
  expect(afterLock).toMatchObject({ status: 429, mayHaveArrivedBefore: false });
});

it('does not send what is too late, although it was in time when it was asked for', async () => {
  const { transport, clock, workspace, agent } = startTransport();
  workspace.intercept(asPost).reply(429, '', { headers: { 'retry-after': '10' } });
  await transport.request('runs/submit', { ...POST, budgetMs: 0 }).catch(() => {});

  const notAfterMs = clock.now() + 5_000;
  const behindThePause = transport.request('runs/submit', { ...POST, notAfterMs });

  await expect(behindThePause).rejects.toMatchObject({ name: 'DatabricksTooLateError', mayHaveArrivedBefore: false });
  expect(clock.now()).toBeLessThan(notAfterMs);
  agent.assertNoPendingInterceptors();
});

it.each([
  ['gzip', gzipSync],
  ['GZip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('reads an answer in %s that nobody asked for', async (coding, encode) => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asGet).reply(200, encode('{"ok":true}'), { headers: { 'content-encoding': coding } });

  expect(await transport.request('runs/get', GET)).toEqual({ ok: true });
});

it('gives up an answer that is small on the way and too large behind its content coding', async () => {
  const { workspace, transport } = startTransport();
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, 32), { level: 1 });
  workspace.intercept(asGet).reply(200, bomb, { headers: { 'content-encoding': 'gzip' } });

  const error = await transport.request('runs/get', GET).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ networkCode: 'RESPONSE_TOO_LARGE' });
});

it.each([
  ['broken gzip', 'gzip', Buffer.from('no gzip')],
  ['an unknown content coding', 'rot13', Buffer.from('{}')],
])('takes %s for no response', async (_name, coding, body) => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asGet).reply(200, body, { headers: { 'content-encoding': coding } });

  const asked = transport.request('runs/get', { ...GET, budgetMs: 0 });

  await expect(asked).rejects.toThrow(DatabricksUnavailableError);
});

it('does not take a missing notebook of a submit for a missing run', async () => {
  const { workspace, transport } = startTransport();
  workspace
    .intercept(asPost)
    .reply(400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'Cluster x does not exist' });

  await expect(transport.request('runs/submit', POST)).rejects.toThrow(DatabricksRejectedError);
});

it('never shows the token, whatever Databricks says', async () => {
  const { workspace, transport, records } = startTransport();
  const body = { error_code: 'BAD_REQUEST', message: 'You sent planted-token and planted-token.' };
  workspace.intercept(asGet).reply(503, body);
  workspace.intercept(asGet).reply(400, body, { headers: { 'x-request-id': 'r-1' } });

  const error = await transport.request('runs/get', GET).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({
    requestId: 'r-1',
    message: 'Databricks responded to runs/get with 400 BAD_REQUEST: You sent [redacted] and [redacted].',
  });
  expect(inspect([error, records], { depth: null, showHidden: true })).not.toContain('planted-token');
});

it('gives up an answer that is too large', async () => {
  const { workspace, transport } = startTransport();
  workspace.intercept(asGet).reply(200, Buffer.alloc(33 * 1024 * 1024, 32));

  const error = await transport.request('runs/get', GET).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksProtocolError);
  expect(error).toMatchObject({ networkCode: 'RESPONSE_TOO_LARGE', retryable: false });
});

it('times an attempt out and tries again', async () => {
  const { workspace, transport, clock } = startTransport();
  workspace.intercept(asGet).reply(200, '{}').delay(2_000);
  workspace.intercept(asGet).reply(200, '{"ok":true}');

  expect(await transport.request('runs/get', { ...GET, timeoutMs: 50 })).toEqual({ ok: true });
  expect(clock.sleeps).toHaveLength(1);
});

it('stops with the reason of the signal, in flight and between attempts', async () => {
  const { workspace, transport } = startTransport();
  const reason = new Error('The caller left.');
  workspace.intercept(asGet).reply(200, '{}').delay(2_000);

  const inFlight = new AbortController();
  const request = transport.request('runs/get', { ...GET, signal: inFlight.signal });
  setTimeout(() => inFlight.abort(reason), 20);

  await expect(request).rejects.toBe(reason);
  await expect(transport.request('runs/get', { ...GET, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it('passes on what the source of tokens raises', async () => {
  const failure = new Error('The vault is down.');
  const { transport } = startTransport({
    tokens: { getToken: () => Promise.reject(failure), drop: () => {} },
  });

  await expect(transport.request('runs/get', GET)).rejects.toBe(failure);
});
