import { mkdir, readFile } from 'node:fs/promises';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { Clusters } from './clusters.ts';
import { Jobs, type Job } from './jobs.ts';
import { parseJson } from './json.ts';
import { openFolders } from './python/folders.ts';
import { createPythonPool } from './python/pool.ts';
import { KeptMap, Records } from './records.ts';
import { RunEngine } from './runs/engine.ts';
import { Rates } from './runs/rates.ts';
import type { RunRecord } from './runs/record.ts';
import type { WorkspaceIdentity } from './runs/run-json.ts';
import { isTerminal } from './runs/state.ts';
import type { SecretScopes } from './secrets.ts';
import type { Engine } from './sql/engine/engine.ts';
import { startJobRun } from './start-job-run.ts';
import { createExecutor } from './tasks/executor.ts';
import { Webhooks } from './webhooks.ts';
import { WorkspaceFiles } from './workspace-files.ts';

/** The workspace's organisation id, as in `x-databricks-org-id`. */
export const WORKSPACE_ID = '7405606093830254';

/** Who everyone is. */
const USER_NAME = 'emulator@example.com';

/** The clock is written again when it has been moved on by more than this. */
const CLOCK_TOLERANCE_MS = 1_000;

/** Everything that the REST operations act on. */
export interface Workspace extends AsyncDisposable {
  readonly clock: Clock;
  readonly runs: RunEngine;
  readonly jobs: Jobs;
  readonly clusters: Clusters;
  readonly files: WorkspaceFiles;
  readonly webhooks: Webhooks;
  readonly secrets: SecretScopes;
  /** The permission of each principal, by the scope's name. */
  readonly secretAcls: Map<string, Record<string, string>>;
  /** What was set of the access to a job, by the job's id. */
  readonly jobPermissions: Map<string, { permission_level: string; [principal: string]: unknown }[]>;
  readonly rates: Rates;
  readonly identity: WorkspaceIdentity;
  /** Puts everything on disk that a response may show. */
  flush(): void;
}

/** Opens the workspace; with a data folder it takes up the runs and jobs that were left there. */
export async function openWorkspace(options: {
  clock: Clock;
  dataDir?: string | undefined;
  warmNotebooks: boolean;
  /** What runs the statements of the SQL warehouse, if there is one. */
  sql: Engine | undefined;
}): Promise<Workspace> {
  const { clock, dataDir } = options;
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const records = dataDir === undefined ? undefined : new Records(join(dataDir, 'workspace.sqlite'));
  const jobsFile = dataDir === undefined ? undefined : join(dataDir, 'jobs.json');
  const jobs = new Jobs(await savedJobs(jobsFile), (all) => {
    if (jobsFile === undefined) return;
    writeFileSync(`${jobsFile}.new`, JSON.stringify(all));
    renameSync(`${jobsFile}.new`, jobsFile);
  });
  const savedRuns = (records?.load('run').map(([, run]) => run as RunRecord) ?? []).sort(
    (a, b) => a.startTime - b.startTime || a.runId - b.runId,
  );
  let aheadMs = moveOn(clock, records, savedRuns);
  const clusters = new Clusters(clock, new KeptMap('cluster', records));
  const files = new WorkspaceFiles(dataDir, `/Users/${USER_NAME}`);
  const webhooks = new Webhooks(WORKSPACE_ID, new KeptMap('destination', records));
  const folders = await openFolders(dataDir);
  const python = createPythonPool({ warm: options.warmNotebooks, folders });
  const secrets: SecretScopes = new KeptMap('secret-scope', records);
  const executor = createExecutor({
    clock,
    clusters,
    files,
    python,
    secrets,
    sql: options.sql,
    runJob(jobId, parameters, startedRunId, onEnded) {
      const started = startedRunId === undefined ? undefined : workspace.runs.kept.get(startedRunId);
      if (started !== undefined) return follow(started, onEnded);
      const job = jobs.get(jobId);
      if (job === undefined) return undefined;
      const run = startJobRun(workspace.runs, job, {
        parameters: { job: parameters, notebook: {} },
        trigger: 'RUN_JOB_TASK',
      });
      return follow(run, onEnded);
    },
  });

  function follow(run: RunRecord, onEnded: (run: RunRecord) => void): { runId: number; stop(): void } {
    if (isTerminal(run.state)) queueMicrotask(() => onEnded(run));
    else workspace.runs.whenEnded(run, () => onEnded(run));
    return { runId: run.runId, stop: () => workspace.runs.cancel(run) };
  }

  const workspace: Workspace = {
    clock,
    runs: new RunEngine({
      clock,
      executor,
      records,
      tokens: new KeptMap('token', records),
      onEvent(event, run, task) {
        // A run must be on disk as its notification shows it before that is sent.
        if (webhooks.notify(event, run, task)) records?.flush();
      },
    }),
    jobs,
    clusters,
    files,
    webhooks,
    secrets,
    secretAcls: new KeptMap('secret-acls', records),
    jobPermissions: new KeptMap('job-permissions', records),
    rates: new Rates(clock),
    identity: { url: '', workspaceId: WORKSPACE_ID, userName: USER_NAME },
    flush() {
      const nowAheadMs = clock.now() - Date.now();
      if (nowAheadMs > aheadMs + CLOCK_TOLERANCE_MS) {
        aheadMs = nowAheadMs;
        records?.save('clock', 'ahead', aheadMs);
      }
      records?.flush();
    },
    async [Symbol.asyncDispose]() {
      workspace.runs.stop();
      clock.stop();
      workspace.flush();
      records?.[Symbol.dispose]();
      await webhooks[Symbol.asyncDispose]();
      await python[Symbol.asyncDispose]();
      await folders[Symbol.asyncDispose]();
    },
  };
  workspace.runs.restore(savedRuns);
  return workspace;
}

/**
 * Moves a new clock on to where it was before, since time never goes back; what it is ahead of the real time by is kept.
 * Returns those milliseconds.
 */
function moveOn(clock: Clock, records: Records | undefined, runs: RunRecord[]): number {
  const kept = Number(records?.load('clock')[0]?.[1] ?? 0);
  clock.advance(kept);
  const latest = runs.reduce((time, { startTime, endTime }) => Math.max(time, startTime, endTime), 0);
  clock.advance(Math.max(0, latest - clock.now()));
  return kept;
}

async function savedJobs(file: string | undefined): Promise<Job[]> {
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? [] : (parseJson(text) as Job[]);
}
