import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createContext } from '../../../../src/shared/create-context.ts';
import { failure } from '../../../../src/shared/domain/failure.ts';
import { parseJson } from '../../../../src/shared/json.ts';
import { submitRun } from '../../../../src/shared/runs/submit/submit-run.ts';
import type { Activities } from '../../../../src/shared/workflow/activities.ts';
import { newTrackState } from '../../../../src/shared/workflow/track-state.ts';
import { driveTrackRunAsync } from '../../../support/drive-orchestration.ts';
import { MemoryOrchestrations } from '../../../support/memory-orchestrations.ts';
import { openMemoryStorage } from '../../../support/memory-storage.ts';
import { sampleRun } from '../../ledger/sample-run.ts';

const SECOND = 1_000;
const START = Date.UTC(2026, 5, 1);
/** Until then Databricks answers as the case says, on the clock of the case; from then on it works. */
const TROUBLE_MS = 5 * SECOND;

interface Answer {
  status: number;
  body: string;
  retryAfter?: string;
  /** What it says of the run: that it is not there, that it never will be, or nothing. */
  says: 'not there' | 'refused' | 'nothing';
}

const own = (code: string | number, message = 'no') => JSON.stringify({ error_code: code, message });
const FULL =
  'There were already 9 jobs created in past 60 seconds, exceeding rate limit: 9 job creations per 60 seconds.';

const ANSWERS: Record<string, Answer> = {
  '429': { status: 429, body: '', retryAfter: '2', says: 'not there' },
  'a full window': { status: 400, body: own('INVALID_STATE', FULL), retryAfter: '2', says: 'not there' },
  'a lock': { status: 400, body: own('COULD_NOT_ACQUIRE_LOCK'), retryAfter: '2', says: 'not there' },
  'a conflict': { status: 409, body: own('ABORTED'), retryAfter: '2', says: 'nothing' },
  'a service that is down': { status: 400, body: own('TEMPORARILY_UNAVAILABLE'), retryAfter: '2', says: 'nothing' },
  '503': { status: 503, body: '', retryAfter: '2', says: 'nothing' },
  'a 404 of a proxy': { status: 404, body: '<html><h1>Not Found</h1></html>', says: 'nothing' },
  'a redirect': { status: 302, body: '', says: 'nothing' },
  'a 403 of a proxy': { status: 403, body: '<html><h1>Forbidden</h1></html>', says: 'nothing' },
  'no right': { status: 403, body: own('PERMISSION_DENIED'), says: 'refused' },
  'a refusal': { status: 400, body: own('INVALID_PARAMETER_VALUE'), says: 'refused' },
  'a refusal in other words': { status: 400, body: own('QUOTA_EXCEEDED'), says: 'refused' },
};

/** What Databricks knows of the case whose run has this id. */
interface Known {
  answer: Answer;
  loseFirst: boolean;
  nowMs: () => number;
  requests: number;
  created: boolean;
}

const cases = new Map<string, Known>();
let databricks: Server;

beforeAll(async () => {
  databricks = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { idempotency_token: token } = parseJson(Buffer.concat(chunks).toString()) as { idempotency_token: string };
      const known = cases.get(token.slice(0, 32))!;
      known.requests++;
      if (known.loseFirst && known.requests === 1) {
        known.created = true;
        response.destroy();
      } else if (known.nowMs() < START + TROUBLE_MS) {
        const { status, body, retryAfter } = known.answer;
        response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end(body);
      } else {
        known.created = true;
        response.end('{"run_id":4711}');
      }
    });
  });
  await new Promise<void>((resolve) => {
    databricks.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(() => databricks.closeAllConnections());

/** One run from its slot to its end: the workflow and the submit step of the gateway, over a ledger in memory. */
async function runCase(answer: Answer, loseFirst: boolean, stop: 'cancel' | 'deadline' | 'none') {
  const id = cases.size.toString(16).padStart(32, '0');
  let virtualMs = START;
  let realMs = performance.now();
  const nowMs = () => Math.round(virtualMs + performance.now() - realMs);
  const known: Known = { answer, loseFirst, nowMs: () => virtualMs, requests: 0, created: false };
  cases.set(id, known);
  const env = {
    DATABRICKS_HOST: `http://127.0.0.1:${(databricks.address() as AddressInfo).port}`,
    DATABRICKS_TOKEN: 'planted',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  };
  const context = createContext(env, { now: nowMs, sink: () => undefined, storage: openMemoryStorage(nowMs) });
  const record = sampleRun({ id, createdAtMs: START });
  await context.ledger.create(record, { bodyHash: 'hash', body: '{}' });
  const key = { id, createdAtMs: START };
  const state = newTrackState({
    key,
    workspace: 'default',
    taskCount: 1,
    kind: 'submit',
    retry: record.request.retry,
    deadlineAtMs: stop === 'deadline' ? START + SECOND : null,
    attempt: 1,
    attemptsBefore: 0,
    caller: { key: 'caller', activeLimit: null },
  });
  let canceled = false;
  const steps: Record<string, (input: never) => unknown> = {
    ask: () => ({ kind: 'go', ticket: 0, atMs: virtualMs, notAfterMs: virtualMs + 60 * SECOND }),
    throttled: ({ untilMs }: { untilMs: number }) => ({ atMs: untilMs, notAfterMs: untilMs + 60 * SECOND }),
    async 'submit-run'(input: Activities['submit-run']['input']) {
      const result = await submitRun(context, input, Object.assign(new MemoryOrchestrations(), { hasWatcher: false }));
      if (stop === 'cancel') await context.ledger.requestCancel(key, virtualMs);
      return result;
    },
    'cancel-run': () => {
      canceled = true;
      return { accepted: true };
    },
    'follow-run': () =>
      canceled
        ? {
            kind: 'ended',
            outcome: 'canceled',
            failure: failure('canceled', 'USER_CANCELED', ''),
            cancelRequested: true,
          }
        : stop === 'none'
          ? { kind: 'ended', outcome: 'succeeded', failure: null, cancelRequested: false }
          : { kind: 'active', started: true, cancelRequested: stop === 'cancel' },
    'complete-run': () => ({ kind: 'completed' }),
  };
  const driven = await driveTrackRunAsync(
    state,
    {
      async answer(name, input, atMs) {
        virtualMs = atMs;
        realMs = performance.now();
        return steps[name]?.(input) ?? {};
      },
      event: (atMs, untilMs) =>
        stop === 'cancel' && atMs < START + SECOND && untilMs > atMs + 1
          ? { atMs: atMs + 1, wake: { reason: 'cancel' } }
          : null,
    },
    START,
  );
  return { outcome: driven.end?.outcome, created: known.created, canceled, requests: known.requests };
}

const STOPS = ['none', 'cancel', 'deadline'] as const;
const COMBINATIONS = Object.keys(ANSWERS).flatMap((name) =>
  [false, true].flatMap((loseFirst) => STOPS.map((stop) => ({ name, loseFirst, stop }))),
);

it('settles what may have arrived before a refusal, a cancellation or the deadline ends a run, and sends nothing for what is not there', async () => {
  const seen = await Promise.all(
    COMBINATIONS.map(async ({ name, loseFirst, stop }) => [
      `${loseFirst ? 'a lost answer, then ' : ''}${name}; stop: ${stop}`,
      await runCase(ANSWERS[name]!, loseFirst, stop),
    ]),
  );

  const expected = COMBINATIONS.map(({ name, loseFirst, stop }) => {
    const { says } = ANSWERS[name]!;
    const stopped = stop === 'cancel' ? 'canceled' : 'timed_out';
    const end =
      says === 'refused' && !loseFirst
        ? { outcome: 'rejected', created: false, canceled: false }
        : stop === 'none'
          ? { outcome: 'succeeded', created: true, canceled: false }
          : says === 'not there' && !loseFirst
            ? { outcome: stopped, created: false, canceled: false, requests: 1 }
            : { outcome: stopped, created: true, canceled: true };
    return [`${loseFirst ? 'a lost answer, then ' : ''}${name}; stop: ${stop}`, expect.objectContaining(end)];
  });
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(expected));
});
