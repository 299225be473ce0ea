import { setTimeout as delay } from 'node:timers/promises';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeEach, expect, it } from 'vitest';
import type { AppContext } from '../../../../src/shared/context.ts';
import { createContext } from '../../../../src/shared/create-context.ts';
import type { RunRecord } from '../../../../src/shared/domain/run-record.ts';
import { ACCEPTANCE_PARAMETERS } from '../../../../src/shared/http/query-parameters.ts';
import { acceptRequest } from '../../../../src/shared/http/run/accept-request.ts';
import { httpHandler, type Endpoint } from '../../../../src/shared/http/handler.ts';
import { accepted, settledDocument } from '../../../../src/shared/http/run/run-response.ts';
import { parseSubmitRequest, type RequestOrigin } from '../../../../src/shared/http/run/run-request.ts';
import type { StoredRun } from '../../../../src/shared/ledger/stored-run.ts';
import { StorageUnavailableError } from '../../../../src/shared/storage/storage.ts';
import { EngineUnavailableError, type RunOrchestrations } from '../../../../src/shared/durable/run-orchestrations.ts';
import { requestCancel } from '../../../../src/shared/runs/accept/request-cancel.ts';
import { policyOf } from '../../policy/asked.ts';
import { sampleRun } from '../../ledger/sample-run.ts';

const body = { existing_cluster_id: 'c', notebook_task: { notebook_path: '/x' } };
let created: RunRecord[];
let context: AppContext;

beforeEach(() => {
  created = [];
  context = createContext(
    {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      AUTH_MODE: 'anonymous',
    },
    { sink: () => undefined },
  );
});

function stored(changes: Partial<RunRecord> = {}): StoredRun {
  return { record: { ...created.at(-1)!, ...changes }, cancelRequestedAtMs: null, etag: 'e', writtenAtMs: 0 };
}

/** A ledger that takes every run; `get` is what reading one back comes to. */
function withLedger(get: () => StoredRun): AppContext {
  const ledger = {
    claim: () => Promise.resolve(undefined),
    create: (record: RunRecord) => {
      created.push(record);
      return Promise.resolve('created' as const);
    },
    get: () => Promise.try(get),
    changed: () => delay(20),
    requestCancel: () => Promise.resolve(),
  };
  return { ...context, ledger: ledger as unknown as AppContext['ledger'] };
}

function engineThat(changes: Partial<RunOrchestrations> = {}): RunOrchestrations {
  return {
    admission: () => Promise.resolve(undefined),
    start: () => Promise.resolve(),
    status: () => Promise.resolve('none'),
    ...changes,
  } as RunOrchestrations;
}

async function post(given: AppContext, orchestrations: RunOrchestrations, query = '', origin?: RequestOrigin) {
  const request = new HttpRequest({
    method: 'POST',
    url: `http://127.0.0.1:7071/api/runs${query}`,
    headers: { prefer: 'wait=1' },
  });
  const endpoint: Endpoint = {
    query: ACCEPTANCE_PARAMETERS,
    handle: (_request, opened, call) =>
      acceptRequest(request, opened, orchestrations, parseSubmitRequest(body, opened.config, origin), call),
  };
  const handle = httpHandler(
    () => given,
    endpoint,
    () => 'http://127.0.0.1:7071',
  );
  const response = await handle(request, new InvocationContext({ functionName: 'create-run', invocationId: 'i' }));
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const storageFails = () => {
  throw new StorageUnavailableError(new Error('x'));
};

it.each<[string, () => [AppContext, RunOrchestrations]]>([
  ['the run cannot be read again', () => [withLedger(storageFails), engineThat()]],
  [
    'what is read again cannot be made into a document',
    () => [withLedger(() => stored({ request: null as unknown as RunRecord['request'] })), engineThat()],
  ],
  [
    'the orchestrations cannot say where in the queue it is',
    () => {
      let calls = 0;
      const admission = () =>
        calls++ === 0 ? Promise.resolve(undefined) : Promise.reject(new EngineUnavailableError(new Error('x')));
      return [withLedger(() => stored({ ticket: 3 })), engineThat({ admission })];
    },
  ],
  [
    'the orchestrations does not start it',
    () => [withLedger(() => stored()), engineThat({ start: () => Promise.reject(new TypeError('x')) })],
  ],
])('is 202 with the document of the acceptance once a run is accepted, though %s', async (_what, parts) => {
  const response = await post(...parts());

  expect(created).toHaveLength(1);
  expect(response.status).toBe(202);
  expect(response.body).toMatchObject({ id: created[0]!.id, status: 'queued', outcome: null });
  expect(response.headers.get('location')).toBe(`http://127.0.0.1:7071/api/runs/${created[0]!.id}/result`);
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
});

it.each<[actions: string[], waits: boolean]>([
  [['runs:submit', 'runs:read'], true],
  [['runs:submit'], false],
])('holds the response for the result where %j are allowed: %s', async (actions, waits) => {
  const policy = policyOf({ id: 'submit', effect: 'permit', callers: {}, actions, own: true });
  let asked = false;
  const until = (_key: unknown, first: StoredRun) => {
    asked = true;
    return Promise.resolve(first);
  };
  const given = {
    ...withLedger(stored),
    policy: { ...context.policy, current: () => policy },
    runReads: { until } as unknown as AppContext['runReads'],
  };

  await post(given, engineThat());

  expect(asked).toBe(waits);
});

it('shows who is refused what was sent, and not what a template made of it', async () => {
  const policy = policyOf({ id: 'nobody', effect: 'permit', callers: { ids: ['other'] }, actions: ['*'] });
  const given = { ...withLedger(stored), policy: { ...context.policy, current: () => policy } };

  const whole = await post(given, engineThat(), '?validate_only=true');
  const ofTemplate = await post(given, engineThat(), '?validate_only=true', { template: 'secret', parameters: {} });

  expect(whole.body).toEqual({ allowed: false, rule: null, request: body });
  expect(ofTemplate.body).toEqual({ allowed: false, rule: null });
});

it.each(['?fail_on_error=maybe', '?validate_only=2', '?fail_on_eror=true', '?fail_on_error=true&fail_on_error=false'])(
  'reads %s before anything is accepted',
  async (query) => {
    const response = await post(
      withLedger(() => stored()),
      engineThat(),
      query,
    );

    expect(response).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETER' } });
    expect(created).toEqual([]);
  },
);

it('returns a cancellation and a repair that are noted as accepted, though the orchestrations is down', async () => {
  created.push(sampleRun({ status: 'queued', ticket: 3 }));
  const down = () => Promise.reject(new EngineUnavailableError(new Error('x')));
  const orchestrations = engineThat({ wake: down, admission: down });
  const given = withLedger(() => stored());
  const request = new HttpRequest({ method: 'DELETE', url: 'http://127.0.0.1:7071/api/runs/x' });

  const run = await requestCancel(given, orchestrations, stored());
  const document = await settledDocument(request, given, orchestrations, run);

  expect(accepted(document)).toMatchObject({ status: 202 });
  expect(document).toMatchObject({ status: 'canceling', queue_position: null });
});
