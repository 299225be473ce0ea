import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createContext } from '../../../../src/shared/create-context.ts';
import { callerWithoutRoles, type Submitter } from '../../../../src/shared/domain/caller.ts';
import { overviewDocument } from '../../../../src/shared/http/monitor/overview-document.ts';
import { acceptParsedRun } from '../../../../src/shared/http/run/accept-parsed-run.ts';
import { parseRunRequest } from '../../../../src/shared/http/run/run-request.ts';
import { sampleRun } from '../../ledger/sample-run.ts';
import { MemoryOrchestrations } from '../../../support/memory-orchestrations.ts';
import { openMemoryStorage } from '../../../support/memory-storage.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const WORKSPACES = JSON.stringify(
  ['a', 'b'].map((name) => ({ name, host: `https://adb-${name}.azuredatabricks.net` })),
);
const all = { id: 'all', effect: 'permit', callers: { keys: ['writer'] }, actions: ['*'] };
const reads = { effect: 'permit', callers: { keys: ['reader'] }, actions: ['runs:read'] };

const keyCaller = (name: string): Submitter => ({ kind: 'key', id: name, name });
const [WRITER, READER] = [keyCaller('writer'), keyCaller('reader')];

const requester = (name: string) =>
  ({ caller: callerWithoutRoles(keyCaller(name)), source: 'http', requestId: name }) as const;

/**
 * What `reader` sees under these rules of two runs of `writer` in workspace a, and one in b, beside failed ones in a: two of
 * `writer`, one of its own; `waiting`: who else has runs in a that wait, the longest first.
 */
async function seenUnder(rules: readonly object[], { waiting = [] }: { waiting?: readonly Submitter[] } = {}) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'policy-'));
  const file = join(folder.path, 'policy.json');
  await writeFile(file, JSON.stringify({ version: 1, rules: [all, ...rules] }));
  const orchestrations = new MemoryOrchestrations();
  const opened = createContext(
    { AzureWebJobsStorage: 'UseDevelopmentStorage=true', WORKSPACES, POLICY_FILE: file },
    { now: () => NOW_MS, sink: () => undefined, storage: openMemoryStorage(() => NOW_MS) },
  );
  // There is no workspace whose health could be asked for.
  const workspace: typeof opened.workspace = () => {
    throw new Error('There are no workspaces here.');
  };
  const context = { ...opened, workspace };
  await context.documents.refresh();
  for (const workspace of ['a', 'a', 'b']) {
    const body = { existing_cluster_id: 'c', notebook_task: { notebook_path: '/Shared/a' }, gateway: { workspace } };
    const parsed = parseRunRequest(body, context.config);
    await acceptParsedRun(context, orchestrations, requester('writer'), parsed, { idempotencyKey: undefined });
  }
  for (const [index, owner] of ['writer', 'writer', 'reader'].entries()) {
    const run = sampleRun({
      id: String(index).padStart(32, '0'),
      createdAtMs: NOW_MS,
      status: 'completed',
      outcome: 'failed',
    });
    run.request = { ...run.request, workspace: 'a', workKey: 'failing' };
    run.submittedBy = keyCaller(owner);
    await context.ledger.create(run, { bodyHash: 'hash', body: '{}' });
  }
  for (const [index, submittedBy] of waiting.entries()) {
    const run = sampleRun({ id: `${index}`.padStart(32, 'f'), createdAtMs: NOW_MS - 60_000 + index, submittedBy });
    run.request = { ...run.request, workspace: 'a' };
    await context.ledger.create(run, { bodyHash: 'hash', body: '{}' });
  }
  const call = requester('reader') as unknown as Parameters<typeof overviewDocument>[2]['call'];
  const document = await overviewDocument(context, orchestrations, { call, query: new URLSearchParams() });
  const { counted, counts, at_work: atWork, workspaces, failing, longest } = document;
  return {
    runs: counted.runs,
    failed: failing.map(({ failed }) => failed),
    queued: counts.status.queued ?? 0,
    atWork: atWork?.count ?? null,
    workspaces: workspaces.map(({ name }) => name),
    longest: longest.map(({ workspace }) => workspace).toSorted(),
  };
}

it('counts all runs for who may read all', async () => {
  expect(await seenUnder([{ id: 'reads', ...reads }])).toEqual({
    runs: 6,
    failed: [3],
    queued: 3,
    atWork: 6,
    workspaces: ['a', 'b'],
    longest: ['a', 'a', 'b'],
  });
});

it('counts nothing of a workspace whose runs a rule forbids to read', async () => {
  const forbid = { id: 'not-a', effect: 'forbid', actions: ['runs:read'], callers: {}, workspaces: ['a'] };
  expect(
    await seenUnder([
      { id: 'reads', ...reads },
      { ...forbid, callers: { keys: ['reader'] } },
    ]),
  ).toEqual({
    runs: 1,
    failed: [],
    queued: 1,
    atWork: null,
    workspaces: ['b'],
    longest: ['b'],
  });
});

it('counts no run of others where a caller may read its own, and others only elsewhere', async () => {
  const rules = [
    { id: 'own', ...reads, own: true, workspaces: ['a'] },
    { id: 'others', ...reads, workspaces: ['b'] },
  ];
  expect(await seenUnder(rules)).toEqual({
    runs: 2,
    failed: [1],
    queued: 1,
    atWork: null,
    workspaces: ['a', 'b'],
    longest: ['b'],
  });
});

it('shows the longest of the runs that the caller may read, however many others wait longer', async () => {
  const own = [{ id: 'own', ...reads, own: true }];

  expect(await seenUnder(own, { waiting: [...Array.from({ length: 9 }, () => WRITER), READER] })).toMatchObject({
    longest: ['a'],
  });
});

it('takes a user for another caller than a key of the same id', async () => {
  const own = [{ id: 'own', ...reads, own: true }];
  const namesake = { kind: 'user', id: 'reader', name: 'reader' } as const;

  expect(await seenUnder(own, { waiting: [namesake, READER] })).toMatchObject({ runs: 2, queued: 1, longest: ['a'] });
});
