import { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeEach, expect, it } from 'vitest';
import type { AppContext } from '../../../../src/shared/context.ts';
import { createContext } from '../../../../src/shared/create-context.ts';
import { arrivalOf } from '../../../../src/shared/http/arrival.ts';
import { httpHandler, json, type Call, type Endpoint } from '../../../../src/shared/http/handler.ts';
import { acceptRequest } from '../../../../src/shared/http/run/accept-request.ts';
import { parseSubmitRequest } from '../../../../src/shared/http/run/run-request.ts';
import { acceptSubscription } from '../../../../src/shared/http/run/subscription.ts';
import { acceptedOutput } from '../../../../src/shared/mcp/run-output.ts';
import { MemoryOrchestrations } from '../../../support/memory-orchestrations.ts';
import { openMemoryStorage } from '../../../support/memory-storage.ts';

const RECEIVED_AT_MS = Date.parse('2026-03-01T12:00:00.000Z');
const CALLER_SPAN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const HOST_SPAN = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const BODY = { existing_cluster_id: 'c', notebook_task: { notebook_path: '/Shared/a' } };

let context: AppContext;
let orchestrations: MemoryOrchestrations;

beforeEach(() => {
  orchestrations = new MemoryOrchestrations();
  const now = () => RECEIVED_AT_MS + 5;
  context = createContext(
    {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
      AUTH_MODE: 'anonymous',
    },
    { now, sink: () => undefined, storage: openMemoryStorage(now) },
  );
});

type Accept = (request: HttpRequest, call: Call) => ReturnType<typeof acceptRequest>;

const parsed = () => parseSubmitRequest(BODY, context.config);

it.each<[string, Accept]>([
  ['a request for a run', (request, call) => acceptRequest(request, context, orchestrations, parsed(), call)],
  ['a subscription', (request, call) => acceptSubscription(request, context, orchestrations, parsed(), call)],
  [
    'a tool of the Model Context Protocol',
    async (request, call) =>
      json(200, (await acceptedOutput({ request, context, orchestrations, call }, parsed(), 0)).document),
  ],
])('hangs a run from the span of the caller, and knows when it was asked for, by %s', async (_what, accept) => {
  const endpoint: Endpoint = { handle: (request, _context, call) => accept(request, call) };
  const handle = httpHandler(
    () => context,
    endpoint,
    () => 'http://127.0.0.1:7071',
  );
  const request = new HttpRequest({
    method: 'POST',
    url: 'http://127.0.0.1:7071/api/runs',
    headers: { traceparent: CALLER_SPAN },
  });
  const traceContext = { traceParent: HOST_SPAN };

  const invocation = new InvocationContext({ functionName: 'create-run', invocationId: 'i', traceContext });
  await handle(request, invocation, { ...arrivalOf(invocation), receivedAtMs: RECEIVED_AT_MS });

  const { runs } = await context.ledger.list({ limit: 2 });
  expect(runs.map(({ record }) => record)).toMatchObject([
    { traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331', receivedAtMs: RECEIVED_AT_MS },
  ]);
});
