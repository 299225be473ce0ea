import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { AppContext } from '../../../src/shared/context.ts';
import { createContext } from '../../../src/shared/create-context.ts';
import type { TaskDocument } from '../../../src/shared/domain/task-document.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { parseSubmitRequest } from '../../../src/shared/http/run/run-request.ts';
import { runDocument, runLinks, type RunDocument } from '../../../src/shared/domain/run-document.ts';
import { resultChunks } from '../../../src/shared/runs/results/run-result.ts';
import { sampleRun } from '../../unit/ledger/sample-run.ts';

/** The gateway's own code on a storage account and a workspace. */
export function openContext(
  connectionString: string,
  workspaceUrl: string,
  env: Record<string, string> = {},
): AppContext {
  return createContext(
    { AzureWebJobsStorage: connectionString, DATABRICKS_HOST: workspaceUrl, DATABRICKS_TOKEN: 'dapi-token', ...env },
    { sink: () => undefined },
  );
}

/** A run that has ended at Databricks and is not closed yet, with one task for each of the task runs, all of the same outcome. */
export async function endedRun(
  context: AppContext,
  taskRunIds: readonly string[],
  gateway: Record<string, unknown> = {},
  outcome: TaskDocument['outcome'] = 'succeeded',
): Promise<RunRecord> {
  const tasks = taskRunIds.map((runId, index) => taskOf(`task${index}`, runId, outcome));
  const body = { existing_cluster_id: '0101-000000-local00', notebook_task: { notebook_path: '/a' }, gateway };
  const { request, bodyHash, databricksBody } = parseSubmitRequest(body, context.config);
  const nowMs = context.now();
  const record = sampleRun({
    id: randomUUID().replaceAll('-', ''),
    request,
    baseUrl: 'https://gateway.example.com',
    status: 'running',
    runId: '1000',
    tasks,
    createdAtMs: nowMs,
    submittedAtMs: nowMs,
    completedAtMs: nowMs,
  });
  await context.ledger.create(record, { bodyHash, body: databricksBody });
  return record;
}

export function taskOf(key: string, runId: string, outcome: TaskDocument['outcome'] = 'succeeded'): TaskDocument {
  return { task_key: key, run_id: runId, status: 'completed', outcome, attempt_number: 0 };
}

export async function documentOf(context: AppContext, key: RunRecord): Promise<RunDocument> {
  const stored = await context.ledger.get(key);
  if (stored === undefined) throw new Error(`There is no run ${key.id}.`);
  return runDocument(stored, runLinks('https://gateway.example.com', key.id), null);
}

/** The result document, as text. */
export async function resultText(context: AppContext, key: RunRecord): Promise<string> {
  const chunks = resultChunks(context.archive, await documentOf(context, key), new AbortController().signal);
  return text(Readable.from(chunks));
}
