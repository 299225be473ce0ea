import { beforeEach, describe, expect, it } from 'vitest';
import { callerWithoutRoles } from '../../../../src/shared/domain/caller.ts';
import type { AppContext } from '../../../../src/shared/context.ts';
import { createContext } from '../../../../src/shared/create-context.ts';
import { type AdmissionState, emptyAdmission } from '../../../../src/shared/domain/admission.ts';
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

function accept(idempotencyKey?: string, key = 'value') {
  const task = { notebook_path: '/a', base_parameters: { key } };
  const parsed = parseSubmitRequest({ existing_cluster_id: 'c', notebook_task: task }, context.config);
  const caller = callerWithoutRoles({ kind: 'key', id: 'k', name: 'k' });
  return acceptRun(context, orchestrations, {
    parsed,
    caller,
    source: 'http',

    idempotencyKey,
  });
}

/** What was asked since the last call. */
const asked = () => requests.splice(0);

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

    admission = { ...emptyAdmission(), issued: 3 };
    nowMs += 1_000;
    await accept();
    await expect(accept()).rejects.toMatchObject({ name: 'QueueFullError' });
  });

  it('asks before it refuses: those who waited may have gone meanwhile', async () => {
    admission = { ...emptyAdmission(), issued: 3 };
    await expect(accept()).rejects.toMatchObject({ name: 'QueueFullError' });

    nowMs += 1_000;
    admission = emptyAdmission();

    expect((await accept()).replayed).toBe(false);
  });

  it('gives a repetition the run that it made, though the queue is full by now or Durable Functions is down', async () => {
    const { stored } = await accept('key');
    admission = { ...emptyAdmission(), issued: 9 };
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
