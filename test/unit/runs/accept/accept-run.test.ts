import { beforeEach, describe, expect, it } from 'vitest';
import { callerWithoutRoles } from '../../../../src/shared/domain/caller.ts';
import type { AppContext } from '../../../../src/shared/context.ts';
import { createContext } from '../../../../src/shared/create-context.ts';
import { callerKey } from '../../../../src/shared/admission/caller-key.ts';
import { NO_CALLER_LIMITS, type CallerLimits } from '../../../../src/shared/domain/caller-limits.ts';
import { type AdmissionState, emptyAdmission, issueTicket } from '../../../../src/shared/domain/admission.ts';
import { parseSubmitRequest } from '../../../../src/shared/http/run/run-request.ts';
import type { Storage } from '../../../../src/shared/storage/storage.ts';
import { acceptRun } from '../../../../src/shared/runs/accept/accept-run.ts';
import { MemoryOrchestrations } from '../../../support/memory-orchestrations.ts';
import { openMemoryStorage } from '../../../support/memory-storage.ts';

/** What was asked of storage and engine, in its order. */
let requests: string[];
let admission: AdmissionState | undefined;
let durableAnswers: boolean;
let nowMs: number;
let context: AppContext;
let orchestrations: MemoryOrchestrations;
/** Called after a transaction was written, before its response arrives. */
let afterTransaction: () => void;

class CountedEngine extends MemoryOrchestrations {
  override async start(...start: Parameters<MemoryOrchestrations['start']>): Promise<void> {
    requests.push('start');
    await super.start(...start);
  }

  override async status(instanceId: string) {
    requests.push('status');
    return super.status(instanceId);
  }

  override async admission(): Promise<undefined> {
    requests.push('admission');
    if (!durableAnswers) throw new Error('Durable Functions is down.');
    return admission as undefined;
  }
}

/** The clients of a storage account, each call of which is one request, noted by its name. */
function counted(storage: Storage): Storage {
  const noting = <Client extends object>(client: Client): Client =>
    new Proxy(client, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(method, target, args);
          if (name === 'getBlockBlobClient') return noting(result as object);
          requests.push(String(name));
          return name === 'submitTransaction' ? (result as Promise<unknown>).then(afterTransaction) : result;
        };
      },
    });
  return {
    table: async (name) => noting(await storage.table(name)),
    container: async (name) => noting(await storage.container(name)),
    queue: (name) => storage.queue(name),
  };
}

beforeEach(() => {
  requests = [];
  admission = emptyAdmission();
  durableAnswers = true;
  nowMs = Date.UTC(2026, 5, 1);
  afterTransaction = () => undefined;
  const now = () => nowMs;
  const storage = counted(openMemoryStorage(now));
  const env = {
    RUN_QUEUE_MAX: '3',
    DATABRICKS_HOST: 'http://127.0.0.1:1',
    DATABRICKS_TOKEN: 't',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  };
  context = createContext(env, { now, sink: () => undefined, storage });
  orchestrations = new CountedEngine();
});

function accept(idempotencyKey?: string, key = 'value', limits: CallerLimits = NO_CALLER_LIMITS) {
  const task = { notebook_path: '/a', base_parameters: { key } };
  const parsed = parseSubmitRequest({ existing_cluster_id: 'c', notebook_task: task }, context.config);
  const caller = callerWithoutRoles({ kind: 'key', id: 'k', name: 'k' });
  return acceptRun(context, orchestrations, { parsed, caller, source: 'http', limits, idempotencyKey });
}

/** What was asked since the last call. */
const asked = () => requests.splice(0);

/** The gate with so many runs that wait. */
function waitingFor(runs: number) {
  const state = emptyAdmission();
  for (let run = 0; run < runs; run++) issueTicket(state);
  return state;
}

describe('accepting a run', () => {
  it.each([undefined, 'key'])('takes one transaction and one start, with the key %s', async (key) => {
    await accept();
    asked();

    expect((await accept(key)).replayed).toBe(false);

    expect(asked()).toEqual(['submitTransaction', 'start']);
  });

  it('takes one request more for a large body, and one for the first run that a process accepts', async () => {
    await accept(undefined, 'x'.repeat(100_000));
    expect(asked()).toEqual(['admission', 'upload', 'submitTransaction', 'start']);

    await accept(undefined, 'x'.repeat(100_000));
    expect(asked()).toEqual(['upload', 'submitTransaction', 'start']);
  });

  it('keeps a body in a blob that is large only as the table has it, with its line separators escaped', async () => {
    await accept();
    asked();

    await accept(undefined, '\u2028'.repeat(20_000));

    expect(asked()).toEqual(['upload', 'submitTransaction', 'start']);
  });

  it('reads how many wait once a second at most, and waits for that only where it may be too many', async () => {
    await accept();
    asked();
    nowMs += 1_000;
    await accept();
    expect(asked()).toEqual(['admission', 'submitTransaction', 'start']);

    admission = waitingFor(3);
    nowMs += 1_000;
    await accept();
    await expect(accept()).rejects.toMatchObject({ name: 'QueueFullError' });
  });

  it('refuses what a caller has too many of that wait, or came within an hour, and says when to come again', async () => {
    const own = { key: callerKey({ kind: 'key', id: 'k', name: 'k' }), activeLimit: null };
    const drawn = (runs: number, caller = own) => {
      const state = emptyAdmission();
      for (let run = 0; run < runs; run++) issueTicket(state, caller, { nowMs });
      for (const queue of state.queues) queue.passed = runs - 1;
      return state;
    };
    const queued = { ...NO_CALLER_LIMITS, queued: 2 };
    admission = drawn(1);
    await accept(undefined, 'first', queued);
    await expect(accept('key', 'second', queued)).rejects.toMatchObject({ code: 'CALLER_LIMIT_REACHED' });
    expect(await context.ledger.claim('key')).toBeUndefined();

    nowMs += 180_000;
    const hourly = { ...NO_CALLER_LIMITS, runsPerHour: 3 };
    await accept(undefined, 'third', hourly);
    admission = drawn(3);
    nowMs += 1_000;
    const refused = await accept(undefined, 'fourth', hourly).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'CallerLimitError', retryable: true });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50 * 60_000);
    admission = drawn(2, { ...own, key: 'another' });
    nowMs += 71 * 60_000;
    expect((await accept(undefined, 'fifth', hourly)).replayed).toBe(false);
  });

  it('asks before it refuses: those who waited may have gone meanwhile', async () => {
    admission = waitingFor(3);
    await expect(accept()).rejects.toMatchObject({ name: 'QueueFullError' });

    nowMs += 1_000;
    admission = emptyAdmission();

    expect((await accept()).replayed).toBe(false);
  });

  it('gives a repetition the run that it made, though the queue is full by now or Durable Functions is down', async () => {
    const { stored } = await accept('key');
    admission = waitingFor(9);
    nowMs += 1_000;
    await accept().catch(() => undefined);
    await expect(accept()).rejects.toMatchObject({ name: 'QueueFullError' });

    expect(await accept('key')).toMatchObject({ replayed: true, stored: { record: { id: stored.record.id } } });

    durableAnswers = false;
    nowMs += 60_000;
    expect(await accept('key')).toMatchObject({ replayed: true, stored: { record: { id: stored.record.id } } });
    await expect(accept('key', 'other')).rejects.toMatchObject({ name: 'IdempotencyConflictError' });
    await expect(accept('unheard')).rejects.toThrow('Durable Functions is down.');
  });

  it('sees in the insert that a key was used, and keeps no place for a repetition', async () => {
    await accept('key');
    asked();

    for (let times = 0; times < 5; times++) expect((await accept('key')).replayed).toBe(true);

    expect(asked().slice(0, 4)).toEqual(['submitTransaction', 'getEntity', 'getEntity', 'status']);
    await expect(accept('key', 'other')).rejects.toMatchObject({ name: 'IdempotencyConflictError' });
    expect((await accept('another key')).replayed).toBe(false);
  });

  it('takes its own rows for no repetition where their insert was sent twice', async () => {
    let times = 0;
    afterTransaction = () => {
      if (times++ === 0) throw Object.assign(new Error('It is there.'), { statusCode: 409 });
    };

    expect((await accept()).replayed).toBe(false);

    expect(orchestrations.started).toHaveLength(1);
    for (let others = 0; others < 2; others++) await accept();
    await expect(accept()).rejects.toMatchObject({ name: 'QueueFullError' });
  });
});
