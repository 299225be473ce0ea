import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import { failure } from '../../../src/shared/domain/failure.ts';
import { cancelRun } from '../../../src/shared/runs/steps/cancel-run.ts';
import { completeRun } from '../../../src/shared/runs/steps/complete-run.ts';
import { followRun } from '../../../src/shared/runs/watch/follow-run.ts';
import { submitRun } from '../../../src/shared/runs/submit/submit-run.ts';
import { shareStorage } from '../../support/file-storage.ts';
import { MemoryOrchestrations } from '../../support/memory-orchestrations.ts';
import { documentOf, endedRun, openContext, resultText, taskOf } from './ended-run.ts';
import { startOutputWorkspace, type OutputWorkspace } from './output-workspace.ts';

const storage = await shareStorage();
let workspace: OutputWorkspace;
let context: AppContext;
const outputs = new Map<string, string>();
const succeeded = { outcome: 'succeeded', failure: null } as const;

beforeAll(async () => {
  workspace = await startOutputWorkspace((taskRunId) => outputs.get(taskRunId));
  context = openContext(storage.connectionString, workspace.url);
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

let taskRuns = 0;

/** Task runs of their own for each test, the output of each as JSON text; undefined where it cannot be read now. */
function tasksWith(...texts: (string | undefined)[]): string[] {
  return texts.map((text) => {
    const taskRunId = String(++taskRuns);
    if (text !== undefined) outputs.set(taskRunId, text);
    return taskRunId;
  });
}

function notebook(result: string): string {
  return JSON.stringify({ metadata: { run_id: 1 }, notebook_output: { result } });
}

it('gives the run document, each task with its output, in the order of the tasks', async () => {
  const run = await endedRun(context, tasksWith('{"logs":"größer"}', '{}', notebook('{"n":1}'), notebook('text')));

  expect(
    await completeRun(context, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations()),
  ).toEqual({
    kind: 'completed',
    notifyAgainMs: null,
  });

  const document = await documentOf(context, run);
  const [first, second, third, fourth] = document.tasks;
  expect(JSON.parse(await resultText(context, run))).toEqual({
    ...document,
    status: 'completed',
    outcome: 'succeeded',
    tasks: [
      { ...first, logs: 'größer' },
      second,
      { ...third, notebook_output: { result: '{"n":1}', truncated: false, json: { n: 1 } } },
      { ...fourth, notebook_output: { result: 'text', truncated: false } },
    ],
  });
});

it('gives the notebook output of a single task again at the top, digits kept', async () => {
  const run = await endedRun(context, tasksWith(notebook('{"id":12345678901234567890}')));
  await completeRun(context, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations());

  const text = await resultText(context, run);

  const result = JSON.parse(text);
  expect(result.notebook_output).toMatchObject({ result: '{"id":12345678901234567890}', truncated: false });
  expect(result.tasks[0].notebook_output).toEqual(result.notebook_output);
  expect(text.match(/"json":\{"id":12345678901234567890\}/g)).toHaveLength(2);
});

it.each([
  ['a run without tasks', []],
  ['a task that never ran', [taskOf('skipped', '1', 'skipped')]],
])('gives the run document of %s as it is', async (_, tasks) => {
  const run = await endedRun(context, []);
  await context.ledger.write({ ...run, tasks });
  workspace.asked.length = 0;

  await completeRun(context, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations());

  expect(workspace.asked).toEqual([]);
  expect(JSON.parse(await resultText(context, run))).toEqual(await documentOf(context, run));
});

it('reads again only what could not be read before, and closes the run once all is there', async () => {
  const taskRunIds = tasksWith('{}', undefined, ...Array.from({ length: 8 }, () => '{}'));
  const run = await endedRun(context, taskRunIds);
  workspace.asked.length = 0;

  expect(
    await completeRun(context, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations()),
  ).toEqual({
    kind: 'unavailable',
  });
  expect(workspace.asked.toSorted()).toEqual(taskRunIds.toSorted());
  expect((await documentOf(context, run)).status).toBe('running');

  outputs.set(taskRunIds[1] ?? '', '{"logs":"late"}');
  workspace.asked.length = 0;
  expect(
    await completeRun(context, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations()),
  ).toEqual({
    kind: 'completed',
    notifyAgainMs: null,
  });
  expect(workspace.asked).toEqual([taskRunIds[1]]);
  expect(JSON.parse(await resultText(context, run)).tasks[1].logs).toBe('late');
});

it('notes at the final try what cannot be read, and keeps the rest', async () => {
  const run = await endedRun(context, tasksWith('{"logs":"there"}', undefined));

  expect(
    await completeRun(context, { key: run, attempt: 1, end: succeeded, final: true }, new MemoryOrchestrations()),
  ).toEqual({
    kind: 'completed',
    notifyAgainMs: null,
  });

  const { tasks } = JSON.parse(await resultText(context, run));
  expect(tasks[0].logs).toBe('there');
  expect(tasks[1].output_error).toEqual({ status: 503, code: 'TEMPORARILY_UNAVAILABLE', message: 'Later.' });
});

it('turns runs away that come while a slow workspace keeps others waiting, and closes them later', async () => {
  const slow = Promise.withResolvers<void>();
  await using silent = await startOutputWorkspace((taskRunId) => outputs.get(taskRunId), slow.promise);
  const held = openContext(storage.connectionString, silent.url);
  const runs = await Promise.all(Array.from({ length: 12 }, () => endedRun(held, tasksWith('{}'))));
  const complete = (run: (typeof runs)[number]) =>
    completeRun(held, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations());

  const kinds: string[] = [];
  const results = runs.map(async (run) => kinds.push((await complete(run)).kind));
  await expect.poll(() => kinds).toHaveLength(7);
  expect(kinds).toEqual(Array.from({ length: 7 }, () => 'again'));

  slow.resolve();
  await Promise.all(results);
  expect(kinds.slice(7)).toEqual(Array.from({ length: 5 }, () => 'completed'));
  for (const run of runs) expect(await complete(run)).toEqual({ kind: 'completed', notifyAgainMs: null });
});

it.each([
  ['another attempt', null, { run_id: null, run_page_url: null }],
  ['a repair', '{}', { run_id: '1000', run_page_url: 'https://workspace/#run' }],
])('says nothing of the last attempt where %s ended before it was submitted', async (_what, repair, own) => {
  const run = await endedRun(context, tasksWith('{"logs":"of the first attempt"}'));
  const endedAtMs = context.now() - 60_000;
  const seen = { runPageUrl: 'https://workspace/#run', stateMessage: 'It failed.', startedAtMs: endedAtMs };
  await context.ledger.write({ ...run, ...seen, attempt: 2, repair, submittedAtMs: null, completedAtMs: endedAtMs });
  workspace.asked.length = 0;
  const end = { outcome: 'canceled', failure: failure('canceled', 'CANCELED', 'It was canceled.') } as const;

  await completeRun(context, { key: run, attempt: 2, end, final: false }, new MemoryOrchestrations());

  const document = await documentOf(context, run);
  expect(document).toMatchObject({ outcome: 'canceled', tasks: [], started_at: null, state_message: '', ...own });
  expect(Date.parse(document.completed_at ?? '')).toBeGreaterThan(endedAtMs + 50_000);
  expect(workspace.asked).toEqual([]);
});

it('ends a run whose workspace the settings name no more, saying so', async () => {
  const run = await endedRun(context, tasksWith('{}'));
  await context.ledger.write({ ...run, request: { ...run.request, workspace: 'gone' }, completedAtMs: null });

  const seen = await followRun(context, { key: run, runId: '1000' });
  expect(seen).toMatchObject({ kind: 'ended', outcome: 'lost', failure: { class: 'configuration' } });
  expect(seen.kind === 'ended' && seen.failure?.message).toContain('gone');
  expect(await cancelRun(context, { key: run, runId: '1000' })).toEqual({ accepted: false });
  if (seen.kind !== 'ended') return;
  await completeRun(context, { key: run, attempt: 1, end: seen, final: false }, new MemoryOrchestrations());

  expect(await documentOf(context, run)).toMatchObject({ status: 'completed', outcome: 'lost' });
  expect(JSON.parse(await resultText(context, run)).tasks[0].output_error.code).toBe('UNKNOWN_WORKSPACE');
});

it('says in the words of the task why a run failed, however deep what its notebook returned', async () => {
  const levels = 1_000;
  const output = { error: 'ValueError: no', notebook_output: { result: '['.repeat(levels) + ']'.repeat(levels) } };
  const run = await endedRun(context, tasksWith(JSON.stringify(output)), {}, 'failed');
  const words = failure('user_code', 'RUN_EXECUTION_ERROR', 'Workload failed, see run output for details');
  const end = { outcome: 'failed', failure: words } as const;

  await completeRun(context, { key: run, attempt: 1, end, final: false }, new MemoryOrchestrations());

  expect((await documentOf(context, run)).failure).toEqual({ ...words, message: 'ValueError: no' });
});

it.each([0, 1])(
  'rejects a run whose workspace the settings name no more, whatever was sent (%i)',
  async (sentAttempt) => {
    const run = await endedRun(context, []);
    const request = { ...run.request, workspace: 'gone' };
    await context.ledger.write({
      ...run,
      request,
      status: 'submitting',
      runId: null,
      submittedAtMs: null,
      sentAttempt,
    });

    const input = { key: run, attempt: 1, notAfterMs: Infinity, isOverdue: false, isEarly: false };
    expect(await submitRun(context, input, new MemoryOrchestrations())).toMatchObject({
      kind: 'rejected',
      failure: { class: 'configuration', code: 'UNKNOWN_WORKSPACE', message: expect.stringContaining('gone') },
    });
  },
);

it('changes nothing when it is repeated, not even of a run that is under repair by then', async () => {
  const run = await endedRun(context, tasksWith('{"logs":"once"}', '{"logs":"first"}'));
  const input = { key: run, attempt: 1, end: succeeded, final: false } as const;
  await completeRun(context, input, new MemoryOrchestrations());
  const closed = await context.ledger.get(run);

  expect(await completeRun(context, input, new MemoryOrchestrations())).toEqual({
    kind: 'completed',
    notifyAgainMs: null,
  });
  expect(await context.ledger.get(run)).toEqual(closed);

  await context.ledger.write({ ...run, attempt: 2, status: 'queued' });
  expect(await completeRun(context, input, new MemoryOrchestrations())).toEqual({
    kind: 'completed',
    notifyAgainMs: null,
  });
  expect((await documentOf(context, run)).status).toBe('queued');
});

it('reads all outputs anew for a repair', async () => {
  const [same = '', old = ''] = tasksWith('{"logs":"early"}', '{"logs":"old"}');
  const run = await endedRun(context, [same, old]);
  await completeRun(context, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations());
  const [renewed = ''] = tasksWith('{"logs":"new"}');
  outputs.set(same, '{"logs":"whole"}');

  const tasks = [taskOf('task0', same), taskOf('task1', renewed)];
  await context.ledger.write({ ...run, attempt: 2, status: 'running', outcome: null, tasks });
  await completeRun(context, { key: run, attempt: 2, end: succeeded, final: false }, new MemoryOrchestrations());

  const result = JSON.parse(await resultText(context, run));
  expect(result.tasks.map(({ logs }: { logs: string }) => logs)).toEqual(['whole', 'new']);
});

it('leaves nothing in storage once the run is removed', async () => {
  const run = await endedRun(context, tasksWith(...Array.from({ length: 45 }, () => '{}')), {
    notify: { queue: true },
  });
  await context.archive.writeBody(run.id, 'hash', '{}');
  await completeRun(context, { key: run, attempt: 1, end: succeeded, final: false }, new MemoryOrchestrations());
  const container = await context.storage.container('gateway-runs');
  const blobs = async () => {
    const page = await container
      .listBlobsFlat({ prefix: `${run.id}/` })
      .byPage()
      .next();
    return page.done === true ? [] : page.value.segment.blobItems;
  };
  expect(await blobs()).toHaveLength(47);

  await context.archive.remove(run.id);
  await context.archive.remove(run.id);

  expect(await blobs()).toEqual([]);
});
