import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as functions from '@azure/functions';
import { HttpRequest, InvocationContext, type HttpFunctionOptions, type HttpResponse } from '@azure/functions';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { openStatements } from '../../../src/shared/statements/open-statements.ts';
import type { StatementRecord } from '../../../src/shared/statements/record/statement-record.ts';
import { openMemoryStorage } from '../../support/memory-storage.ts';
import { sampleRun } from '../ledger/sample-run.ts';

const registered = new Map<string, HttpFunctionOptions>();
const opened = vi.hoisted(() => ({ context: undefined as AppContext | undefined }));

// What the app registers is caught here, in the place of the host; all else is the app's own.
vi.mock('@azure/functions', async (importOriginal) => {
  const original = await importOriginal<typeof functions>();
  const http = (name: string, options: HttpFunctionOptions) => registered.set(name, options);
  return { ...original, app: { ...original.app, http, setup: () => undefined } };
});

// The app is the real one, on a storage account in memory.
vi.mock('../../../src/shared/open-context.ts', () => ({ openContext: () => opened.context }));

const TENANT = '11111111-aaaa-4bbb-8ccc-222222222222';
const idOf = (digit: string) => `${TENANT}/33333333-dddd-4eee-8fff-44444444444${digit}`;
const USER = idOf('1');
const OTHER = idOf('2');
const ADMIN = idOf('3');
const READER = idOf('4');
const STRANGER = idOf('5');

const POLICY = {
  version: 1,
  rules: [
    {
      id: 'users',
      effect: 'permit',
      callers: { ids: [USER, OTHER] },
      actions: ['runs:submit', 'runs:read', 'runs:cancel', 'runs:repair', 'runs:notify', 'sql:read'],
      own: true,
      notebooks: ['/Shared/team/'],
    },
    { id: 'admins', effect: 'permit', callers: { ids: [ADMIN] }, actions: ['*'] },
    { id: 'readers', effect: 'permit', callers: { ids: [READER] }, actions: ['runs:read', 'sql:read'] },
  ],
};

const RUN = '0123456789abcdef0123456789abcdef';
const OTHERS_RUN = '1123456789abcdef0123456789abcdef';
const NO_RUN = '2123456789abcdef0123456789abcdef';

let folder: string;
let policyFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
  policyFile = join(folder, 'policy.json');
  // Other files may have loaded it before.
  vi.resetModules();
  await import('../../../src/main.ts');
});
afterAll(() => {
  vi.resetModules();
  rmSync(folder, { recursive: true });
});

const ended = { status: 'completed', outcome: 'succeeded', completedAtMs: 1_795_377_009_966, runId: '5' } as const;

function runOf(id: string, owner: string, changes: Partial<RunRecord> = {}): RunRecord {
  return sampleRun({ id, submittedBy: { kind: 'user', id: owner, name: owner }, ...ended, ...changes });
}

function statementOf(id: string, owner: string): StatementRecord {
  return {
    id,
    workspace: 'default',
    warehouseId: 'w',
    catalog: null,
    schema: null,
    rowLimit: null,
    byteLimit: null,
    format: 'ndjson',
    numbers: 'string',
    isRead: true,
    submittedBy: { kind: 'user', id: owner, name: owner },
    status: 'completed',
    outcome: 'canceled',
    failure: null,
    submission: null,
    statementId: null,
    result: null,
    createdAtMs: 1,
    submittedAtMs: null,
    completedAtMs: 2,
    deadlineAtMs: 3,
    cancelRequestedAtMs: null,
  };
}

let lines: string[];

async function openWith(policy: object | undefined): Promise<void> {
  const { createContext } = await import('../../../src/shared/create-context.ts');
  writeFileSync(policyFile, JSON.stringify(policy ?? null));
  lines = [];
  const env = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
    DATABRICKS_WAREHOUSE_ID: 'w',
    AUTH_MODE: 'easy-auth',
    WEBSITE_AUTH_ENABLED: 'true',
    ...(policy === undefined ? {} : { POLICY_FILE: policyFile }),
  };
  const context = createContext(env, {
    storage: openMemoryStorage(Date.now),
    sink: (record) => lines.push(JSON.stringify(record)),
  });
  opened.context = context;
  for (const run of [runOf(RUN, USER), runOf(OTHERS_RUN, OTHER)]) {
    await context.ledger.create(run, { bodyHash: 'h', body: '{}' });
  }
  const { store } = openStatements(context);
  await store.create({ ...statementOf(RUN, USER), statement: 'SELECT 1', parameters: [] });
  await store.create({ ...statementOf(OTHERS_RUN, OTHER), statement: 'SELECT 1', parameters: [] });
}

interface Sent {
  caller: string;
  id?: string;
  query?: string;
  body?: object;
}

async function send(name: string, { caller, id = RUN, query = '', body }: Sent) {
  const { methods = [], route = '', handler, extraInputs = [] } = registered.get(name)!;
  const [, oid = ''] = caller.split('/');
  const claims = Object.entries({ tid: TENANT, oid, scp: 'x', name: 'n' }).map(([typ, val]) => ({ typ, val }));
  const principal = Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64');
  const request = new HttpRequest({
    method: methods[0]!,
    url: `http://127.0.0.1:7071/api/${route.replaceAll(/\{\w+\}/g, id)}${query}`,
    headers: { 'content-type': 'application/json', 'x-ms-client-principal': principal },
    ...(body === undefined ? {} : { body: { string: JSON.stringify(body) } }),
    params: { id, job: '7' },
  });
  const invocation = new InvocationContext({ functionName: name, invocationId: 'request-1', options: { extraInputs } });
  const client = { taskHubName: 'none', creationUrls: {}, managementUrls: {} };
  for (const input of extraInputs) invocation.extraInputs.set(input, client);
  const response = (await handler(request, invocation)) as HttpResponse;
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
}

beforeEach(() => openWith(POLICY));

/** What is there already, and what a caller is told who may do to it what the route does. */
const ON_IDS: Record<string, number> = {
  'get-run': 200,
  'get-run-result': 200,
  'delete-run': 200,
  // It has succeeded: the policy let the request in.
  'repair-run': 409,
  'notify-run': 202,
  'get-sql-statement': 200,
  'get-sql-statement-result': 200,
  'delete-sql-statement': 200,
};

describe.each(Object.entries(ON_IDS))('the route %s', (name, right) => {
  it('lets in who submitted it, and an administrator', async () => {
    expect((await send(name, { caller: USER })).status).toBe(right);
    expect((await send(name, { caller: ADMIN })).status).toBe(right);
  });

  it('gives others what there is for an id that there never was', async () => {
    const never = await send(name, { caller: USER, id: NO_RUN });
    expect(never.status).toBe(404);
    for (const caller of [USER, STRANGER]) {
      const foreign = await send(name, { caller, id: OTHERS_RUN });
      const asNever = JSON.parse(JSON.stringify(foreign.body).replaceAll(OTHERS_RUN, NO_RUN)) as unknown;
      expect({ ...foreign, body: asNever }).toEqual(never);
    }
  });

  it('lets who may read it read it, and no more', async () => {
    const { status, body } = await send(name, { caller: READER });

    const isRead = name.startsWith('get-') || name.includes('statement');
    expect(status).toBe(isRead ? right : 403);
    expect(body?.['code']).toBe(isRead ? undefined : 'POLICY_REFUSED');
  });
});

it('lists what a caller may read, whatever the query says', async () => {
  const idsOf = async (sent: Sent) => {
    const { status, body } = await send('list-runs', sent);
    return { status, ids: ((body?.['runs'] ?? []) as { id: string }[]).map(({ id }) => id).toSorted() };
  };

  expect(await idsOf({ caller: USER })).toEqual({ status: 200, ids: [RUN] });
  expect(await idsOf({ caller: USER, query: `?submitted_by=${OTHER}` })).toEqual({ status: 200, ids: [] });
  expect(await idsOf({ caller: ADMIN })).toEqual({ status: 200, ids: [RUN, OTHERS_RUN].toSorted() });
  expect(await idsOf({ caller: ADMIN, query: `?submitted_by=${OTHER}` })).toEqual({ status: 200, ids: [OTHERS_RUN] });
  expect(await idsOf({ caller: STRANGER })).toEqual({ status: 403, ids: [] });
});

it('fills a page with what a caller may read', async () => {
  for (let index = 0; index < 30; index++) {
    const id = `${String(index).padStart(2, '0')}${'f'.repeat(30)}`;
    const run = runOf(id, index % 10 === 0 ? USER : OTHER, { createdAtMs: 1_795_377_000_000 + index });
    await opened.context!.ledger.create(run, { bodyHash: 'h', body: '{}' });
  }
  const { body } = await send('list-runs', { caller: USER, query: '?limit=2' });

  expect(body).toMatchObject({
    runs: [{ submitted_by: { id: USER } }, { submitted_by: { id: USER } }],
    next_page_token: expect.any(String) as string,
  });
});

it('repairs the run of a template with no parameters but its own', async () => {
  const id = '3123456789abcdef0123456789abcdef';
  const { request } = runOf(id, USER);
  const failed = runOf(id, USER, { outcome: 'failed', request: { ...request, template: 'load' } });
  await opened.context!.ledger.create(failed, { bodyHash: 'h', body: '{}' });
  const params = { notebook_params: { table: 'other' } };

  expect(await send('repair-run', { caller: USER, id, body: params })).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining('notebook_params has power') as string },
  });
  for (const allowed of [
    { caller: USER, id, body: { rerun_all_failed_tasks: true } },
    { caller: USER, id: RUN, body: params },
  ]) {
    expect((await send('repair-run', allowed)).status).not.toBe(403);
  }
});

const notebook = (path: string) => ({ notebook_task: { notebook_path: path } });

it('refuses what no rule allows, and names the nearest', async () => {
  const { status, body } = await send('create-run', { caller: USER, body: notebook('/Shared/hr/pay') });

  expect(status).toBe(403);
  expect(body).toMatchObject({
    code: 'POLICY_REFUSED',
    detail:
      'No rule allows runs:submit of this kind. Rule users comes nearest: it does not, as notebook_task/notebook_path /Shared/hr/pay is not within /Shared/team/.',
  });
});

it('says what it would decide', async () => {
  const query = '?validate_only=true';

  expect(await send('create-run', { caller: USER, query, body: notebook('/Shared/team/x') })).toEqual({
    status: 200,
    body: { allowed: true, rule: 'users', request: notebook('/Shared/team/x') },
  });
  expect(await send('create-run', { caller: USER, query, body: notebook('/Shared/team1/x') })).toEqual({
    status: 200,
    body: {
      allowed: false,
      rule: null,
      nearest: { rule: 'users', failed: ['notebook_task/notebook_path /Shared/team1/x is not within /Shared/team/'] },
      request: notebook('/Shared/team1/x'),
    },
  });
  expect((await send('run-job', { caller: USER, query, body: {} })).body).toMatchObject({
    allowed: false,
    nearest: { rule: 'users' },
  });
});

it.each(['run-sql', 'create-sql-statement'])('judges the statement of %s', async (name) => {
  const codeOf = async (caller: string, statement: string) =>
    (await send(name, { caller, body: { statement } })).body?.['code'];

  expect(await codeOf(USER, 'DROP TABLE t')).toBe('POLICY_REFUSED');
  expect(await codeOf(USER, 'SELECT * FROM read_files("/x")')).toBe('POLICY_REFUSED');
  expect(await codeOf(USER, 'SELEC 1')).toBe('STATEMENT_UNREADABLE');
  expect(await codeOf(USER, 'SELECT 1; SELECT 2')).toBe('MULTIPLE_STATEMENTS');
  expect(await codeOf(STRANGER, 'SELECT 1')).toBe('POLICY_REFUSED');
});

it('logs what it refused, and to whom', async () => {
  await send('create-run', { caller: STRANGER, body: notebook('/Shared/team/x') });

  expect(lines.join('\n')).toContain('policy.refused');
});

it('is as open as its log says without a policy', async () => {
  await openWith(undefined);

  expect((await send('get-run', { caller: STRANGER })).status).toBe(200);
  expect((await send('run-sql', { caller: STRANGER, body: { statement: 'DROP TABLE t' } })).body?.['code']).toBe(
    'STATEMENT_NOT_ALLOWED',
  );
  expect(lines.join('\n')).toContain('policy.none');
});

it('is shut while its policy has never been usable', async () => {
  await openWith({ version: 1, rules: [{ id: 'a', effect: 'permit', actions: ['*'], note: 'x' }] });

  expect(await send('get-run', { caller: ADMIN })).toMatchObject({
    status: 503,
    body: { code: 'CONFIGURATION_INVALID' },
  });
  expect(lines.join('\n')).toContain('/rules/0/note: Unknown key.');
});
