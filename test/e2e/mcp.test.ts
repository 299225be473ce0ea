import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkResourceAllowed,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
} from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { startFileStack } from '../support/file-stack.ts';
import { SEED, simulated } from '../support/gateway.ts';
import { connectMcp, type ToolAnswer } from '../support/mcp-client.ts';

const policyFile = join(mkdtempSync(join(tmpdir(), 'mcp-')), 'policy.json');
writeFileSync(
  policyFile,
  JSON.stringify({
    version: 1,
    rules: [
      {
        id: 'agents',
        effect: 'permit',
        callers: { roles: ['Agents'] },
        actions: ['runs:submit', 'runs:read', 'runs:cancel', 'templates:run', 'sql:read'],
        own: true,
        notebooks: ['/Simulated/', '/Shared/test_notebook'],
      },
      { id: 'people', effect: 'permit', callers: { roles: ['People'] }, actions: ['*'] },
      {
        id: 'not-by-agents',
        effect: 'forbid',
        callers: { sources: ['mcp'] },
        actions: ['*'],
        notebooks: ['/Simulated/production/'],
      },
      {
        id: 'not-over-http',
        effect: 'forbid',
        callers: { sources: ['http'] },
        actions: ['*'],
        notebooks: ['/Simulated/queue-only/'],
      },
    ],
  }),
);

const { stack, gateway } = await startFileStack({ env: { AUTH_MODE: 'entra', POLICY_FILE: policyFile } });

async function bearer(role: string, name = `${role}@example.com`): Promise<Record<string, string>> {
  const { body } = await gateway.control('identity', 'POST', 'access-tokens', { name, roles: [role] });
  return { authorization: `Bearer ${body.access_token}` };
}

const agent = await bearer('Agents');
const person = await bearer('People');

const notebook = (path: string) => ({
  existing_cluster_id: '0101-000000-local00',
  notebook_task: { notebook_path: path, base_parameters: { seconds: '0' } },
});

/** A request of the revision 2026-07-28, which is whole in itself. */
function modern(method: string, params: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const version = '2026-07-28';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return {
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
    headers: {
      ...agent,
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': version,
      'mcp-method': method,
      ...(typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {}),
      ...headers,
    },
  };
}

/** The call that clients repeat until a run has ended. */
async function endOf(call: Awaited<ReturnType<typeof connectMcp>>['call'], id: string): Promise<ToolAnswer> {
  for (;;) {
    const answer = await call('get_run', { id, wait_seconds: 20 });
    if (answer.document.status === 'completed') return answer;
  }
}

async function send({ body, headers }: ReturnType<typeof modern>) {
  return gateway.post('/api/mcp', body, headers);
}

it.each([
  ['2026-07-28', 'auto'],
  ['2025-11-25', 'legacy'],
] as const)(
  'shows its tools to the official client, submits, waits and cancels, by revision %s',
  async (revision, mode) => {
    const { client, call } = await connectMcp(stack.url, { headers: agent, mode });
    const { tools } = await client.listTools();

    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    expect(tools.map(({ name }) => name)).toEqual([
      'submit_run',
      'run_template',
      'get_run',
      'cancel_run',
      'list_runs',
      'run_sql',
      'explain_policy',
    ]);
    const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
    expect(hints).toMatchObject({ submit_run: { readOnlyHint: false }, run_sql: { readOnlyHint: true } });

    const quick = { ...simulated(0.1, { result: '{"rows":7}' }), idempotency_token: `mcp-${mode}` };
    const submitted = await call('submit_run', quick);
    const again = await call('submit_run', quick);
    expect(submitted.document).toMatchObject({ source: 'mcp', submitted_by: { name: 'Agents@example.com' } });
    expect(again.document.id).toBe(submitted.document.id);

    const ended = await endOf(call, submitted.document.id);
    expect(ended.document).toMatchObject({ outcome: 'succeeded', notebook_output: { json: { rows: 7 } } });
    expect(ended.summary).toContain('succeeded');

    const long = await call('submit_run', simulated(60));
    const canceled = await call('cancel_run', { id: long.document.id });
    expect(canceled).toMatchObject({ isError: false, document: { status: 'canceling' } });
    const stopped = await endOf(call, long.document.id);
    expect(stopped.document).toMatchObject({ outcome: 'canceled' });

    const listed = await call('list_runs', { outcome: 'canceled', limit: 1 });
    expect(listed.document.runs.map(({ id }: { id: string }) => id)).toEqual([long.document.id]);
  },
);

it('refuses what the policy refuses, by the rule that HTTP names', async () => {
  const { call } = await connectMcp(stack.url, { headers: agent });
  const over = await gateway.post('/api/runs', notebook('/Other/x'), agent);

  const refused = await call('submit_run', notebook('/Other/x'));
  expect(refused.isError).toBe(true);
  expect(refused.document).toMatchObject({ status: 403, code: 'POLICY_REFUSED', detail: over.body.detail });
  expect(refused.summary).toContain('agents');

  const explained = await call('explain_policy', { run: notebook('/Other/x') });
  expect(explained).toMatchObject({ isError: false, document: { allowed: false, nearest: { rule: 'agents' } } });
  expect(
    (await call('explain_policy', { run: { ...notebook('/Simulated/x'), wait_seconds: 5 } })).document,
  ).toMatchObject({
    allowed: true,
    rule: 'agents',
  });
  await expect.poll(() => stack.hostLog()).toMatch(/policy\.refused.*Agents@example\.com/);
});

it('can be forbidden what HTTP may, and never what HTTP may not', async () => {
  const { call } = await connectMcp(stack.url, { headers: person });
  const production = notebook('/Simulated/production/x');
  const queueOnly = notebook('/Simulated/queue-only/x');

  expect((await call('submit_run', production)).summary).toContain('not-by-agents');
  expect((await gateway.post('/api/runs', production, person)).status).toBe(202);
  expect((await call('submit_run', queueOnly)).summary).toContain('not-over-http');
  expect((await gateway.post('/api/runs', queueOnly, person)).status).toBe(403);
});

it('shows nobody the runs of others', async () => {
  const { body } = await gateway.post('/api/runs', simulated(0), person);
  const { call } = await connectMcp(stack.url, { headers: agent });

  for (const name of ['get_run', 'cancel_run'])
    expect((await call(name, { id: body.id })).document).toMatchObject({ status: 404, code: 'RUN_NOT_FOUND' });
  const { document } = await call('list_runs', {});
  expect(document.runs.map(({ id }: { id: string }) => id)).not.toContain(body.id);
});

it('runs a template that it has described', async () => {
  const { client, call } = await connectMcp(stack.url, { headers: agent });
  const { tools } = await client.listTools();

  expect(tools.find(({ name }) => name === 'run_template')?.description).toContain('greet: Runs the notebook');
  const run = await call('run_template', { template: 'greet', parameters: { key: 'from-mcp' } });
  expect(run.document).toMatchObject({ template: 'greet', source: 'mcp', labels: { template: 'greet' } });
  await call('cancel_run', { id: run.document.id });
  const wrong = await call('run_template', { template: 'greet', parameters: { key: 'x', path: '/Other' } });
  expect(wrong).toMatchObject({ isError: true, document: { status: 422, errors: [{ path: '/parameters/path' }] } });
  expect(
    (await call('explain_policy', { template: { template: 'greet', parameters: { key: 'x' } } })).document,
  ).toEqual({
    allowed: true,
    rule: 'agents',
    request: expect.anything() as unknown,
  });
});

it('reads with SQL, a few rows with all their digits, and writes nothing whoever asks', async () => {
  const { call } = await connectMcp(stack.url, { headers: person });
  const statement = 'SELECT :id AS id, count(*) AS n FROM default.diamonds';
  const read = await call('run_sql', {
    statement,
    parameters: [{ name: 'id', value: '9007199254740993', type: 'BIGINT' }],
  });
  const many = await call('run_sql', { statement: 'SELECT * FROM default.diamonds', row_limit: 200 });

  expect(read.document).toMatchObject({ rows: [['9007199254740993', '53940']], truncated: false });
  expect(many.document).toMatchObject({ truncated: true });
  expect(many.document.rows.length).toBeGreaterThan(50);
  expect(JSON.stringify(many.document).length).toBeLessThan(70_000);
  for (const forbidden of [
    'DELETE FROM default.diamonds',
    'SELECT 1; DROP TABLE default.diamonds',
    'DROP TABLE x --SELECT',
  ])
    expect((await call('run_sql', { statement: forbidden })).isError).toBe(true);
  expect((await call('run_sql', { statement: 'SELECT 1', row_limit: 201 })).document).toMatchObject({
    code: 'INVALID_BODY',
  });
  expect((await call('explain_policy', { sql: { statement: 'DROP TABLE x' } })).document).toEqual({
    allowed: false,
    rule: 'sql.read_only',
  });
});

it.each<[what: string, tool: string, args: Record<string, unknown>, path: string]>([
  ['an id that is a path', 'get_run', { id: '../../health' }, '/id'],
  ['an id with a query', 'get_run', { id: '0123456789abcdef?x' }, '/id'],
  ['a wait of hours', 'get_run', { id: '0123456789abcdef', wait_seconds: 3600 }, '/wait_seconds'],
  ['an unknown argument', 'cancel_run', { id: '0123456789abcdef', force: true }, '/force'],
  ['a filter that is two', 'list_runs', { status: 'queued&submitted_by=x' }, '/status'],
  ['a label without a value', 'list_runs', { label: ['x'] }, '/label'],
  ['an unknown key inside gateway', 'submit_run', { ...SEED, gateway: { callback: 'x' } }, '/gateway/callback'],
  [
    'a callback into the network',
    'submit_run',
    { ...SEED, gateway: { notify: { callback_url: 'http://169.254.169.254' } } },
    '/gateway/notify/callback_url',
  ],
  [
    'a run to explain that is none',
    'explain_policy',
    { run: { notebook_task: {} } },
    '/run/notebook_task/notebook_path',
  ],
  ['two things to explain', 'explain_policy', { run: SEED, sql: { statement: 'SELECT 1' } }, ''],
])('refuses %s as a result that a model can read', async (_what, tool, args, path) => {
  const { call } = await connectMcp(stack.url, { headers: agent });
  const { isError, document } = await call(tool, args);

  expect({ isError, paths: (document.errors ?? [{ path: '' }]).map((error: { path: string }) => error.path) }).toEqual({
    isError: true,
    paths: [path],
  });
});

it('negotiates a revision with clients that begin by initialize, and knows no other after that', async () => {
  const legacy = async (body: object, revision?: string) =>
    gateway.post('/api/mcp', body, {
      ...agent,
      accept: 'application/json, text/event-stream',
      ...(revision === undefined ? {} : { 'mcp-protocol-version': revision }),
    });
  const initialize = async (protocolVersion: string) => {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const { body, headers } = await legacy({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    expect(headers).not.toHaveProperty('mcp-session-id');
    return body.result.protocolVersion as string;
  };
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };

  expect(await Promise.all(['2025-03-26', '2025-06-18', '1999-01-01'].map(initialize))).toEqual([
    '2025-03-26',
    '2025-06-18',
    '2025-11-25',
  ]);
  expect((await legacy({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
  expect((await legacy(list)).body.result.tools).toHaveLength(7);
  expect((await legacy(list, '1999-01-01')).status).toBe(400);
});

it('lets nobody keep what is for one caller', async () => {
  const { body, headers } = await send(modern('tools/list'));

  expect(body.result).toMatchObject({ resultType: 'complete', cacheScope: 'private' });
  expect(headers['cache-control']).toBe('no-store');
});

it('shows no secret that a failure quotes', async () => {
  const { call } = await connectMcp(stack.url, { headers: person });
  const failed = await call('run_sql', { statement: `SELECT \`${stack.token}\`` });

  expect(failed).toMatchObject({ isError: true, document: { code: 'STATEMENT_FAILED' } });
  expect(JSON.stringify(failed)).not.toContain(stack.token);
  expect(failed.summary).toContain('[redacted]');
});

it('keeps the digits of what it is sent', async () => {
  const run = `{${JSON.stringify(notebook('/Simulated/x')).slice(1, -1)},"budget":12345678901234567890.5}`;
  const { body, headers } = modern('tools/call', { name: 'explain_policy', arguments: { run: 'RUN' } });

  const { text } = await gateway.post('/api/mcp', JSON.stringify(body).replace('"RUN"', run), headers);

  expect(text).toContain('"budget":12345678901234567890.5');
});

it.each<[what: string, status: number, code: number, sent: () => { body: unknown; headers: Record<string, string> }]>([
  ['text that is not JSON', 400, -32_700, () => ({ ...modern('tools/list'), body: '{"jsonrpc":' })],
  ['too deep a nesting', 400, -32_700, () => ({ ...modern('tools/list'), body: `{"a":${'['.repeat(5_000)}` })],
  ['a batch', 400, -32_600, () => ({ ...modern('tools/list'), body: [modern('tools/list').body] })],
  ['a message without a method', 400, -32_600, () => ({ ...modern('tools/list'), body: { jsonrpc: '2.0', id: 1 } })],
  ['an unknown method', 404, -32_601, () => modern('tools/destroy')],
  ['a subscription', 404, -32_601, () => modern('subscriptions/listen')],
  ['an unknown tool', 200, -32_602, () => modern('tools/call', { name: 'drop_all', arguments: {} })],
  ['arguments that are a list', 200, -32_602, () => modern('tools/call', { name: 'get_run', arguments: [] })],
  [
    'a header for another tool',
    400,
    -32_020,
    () => modern('tools/call', { name: 'run_sql' }, { 'mcp-name': 'get_run' }),
  ],
  ['a header for another method', 400, -32_020, () => modern('tools/list', {}, { 'mcp-method': 'tools/call' })],
  ['a revision that nobody knows', 400, -32_022, () => wrongRevision()],
])('refuses %s in the words of JSON-RPC', async (_what, status, code, sent) => {
  const { body, headers } = sent();
  const answer = await gateway.post('/api/mcp', body, headers);

  expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
  expect(answer.headers['content-type']).toBe('application/json');
  expect(answer.text).not.toMatch(/\bat .+\(.+:\d+:\d+\)/);
});

function wrongRevision() {
  const { body, headers } = modern('tools/list', {}, { 'mcp-protocol-version': '1900-01-01' });
  const _meta = { ...body.params._meta, 'io.modelcontextprotocol/protocolVersion': '1900-01-01' };
  return { body: { ...body, params: { _meta } }, headers };
}

it.each(['GET', 'DELETE'])('has no streams and no sessions to %s', async (method) => {
  const answer = await gateway.send(method, '/api/mcp', undefined, { ...agent, accept: 'text/event-stream' });

  expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
});

it('takes nothing from pages of other sites, for other hosts, of other types and beyond 10 MB', async () => {
  const { body, headers } = modern('tools/list');
  const statusOf = async (changed: Record<string, string>, sent: unknown = body) =>
    (await gateway.post('/api/mcp', sent, { ...headers, ...changed })).status;

  expect(await statusOf({ origin: 'https://evil.example' })).toBe(403);
  expect(await statusOf({ origin: 'null' })).toBe(403);
  expect(await statusOf({ origin: stack.url })).toBe(200);
  expect(await statusOf({ host: 'evil.example' })).toBe(421);
  expect(await statusOf({ 'content-type': 'text/plain' })).toBe(415);
  expect(await statusOf({}, { ...body, padding: 'x'.repeat(11 * 1024 * 1024) })).toBe(413);
});

it('asks for a token, and says where to get one as the official client reads it', async () => {
  const { body, headers } = modern('tools/list');
  const { status, headers: returned } = await gateway.post('/api/mcp', body, { ...headers, authorization: '' });

  expect(status).toBe(401);
  const address = `${stack.url}/api/mcp`;
  const challenge = new Response(null, { status: 401, headers: { 'www-authenticate': returned['www-authenticate']! } });
  const { resourceMetadataUrl } = extractWWWAuthenticateParams(challenge);
  const metadata = await discoverOAuthProtectedResourceMetadata(address, { resourceMetadataUrl: resourceMetadataUrl! });
  expect(metadata.authorization_servers).toEqual([expect.stringContaining(stack.identity.url)]);
  expect(checkResourceAllowed({ requestedResource: address, configuredResource: metadata.resource })).toBe(true);
  expect((await send(modern('tools/list'))).status).toBe(200);
});
