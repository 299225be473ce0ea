import { mkdir, readFile } from 'node:fs/promises';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { Clusters } from './clusters.ts';
import { Jobs, type Job } from './jobs.ts';
import { parseJson } from './json.ts';
import { createPythonPool } from './python/pool.ts';
import { RunEngine } from './runs/engine.ts';
import { Rates } from './runs/rates.ts';
import type { WorkspaceIdentity } from './runs/run-json.ts';
import { SqliteRunStore } from './runs/store.ts';
import { startJobRun } from './start-job-run.ts';
import { createExecutor } from './tasks/executor.ts';
import { Webhooks } from './webhooks.ts';
import { WorkspaceFiles } from './workspace-files.ts';

/** The workspace's organisation id, as in `x-databricks-org-id`. */
export const workspaceId = '7405606093830254';

/** Everything that the REST operations act on. */
export interface Workspace extends AsyncDisposable {
  readonly clock: Clock;
  readonly runs: RunEngine;
  readonly jobs: Jobs;
  readonly clusters: Clusters;
  readonly files: WorkspaceFiles;
  readonly webhooks: Webhooks;
  readonly rates: Rates;
  readonly identity: WorkspaceIdentity;
}

/** Opens the workspace; with a data folder it takes up the runs and jobs that were left there. */
export async function openWorkspace(options: {
  clock: Clock;
  dataDir?: string | undefined;
  warmNotebooks: boolean;
}): Promise<Workspace> {
  const { clock, dataDir } = options;
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const store = dataDir === undefined ? undefined : new SqliteRunStore(join(dataDir, 'runs.sqlite'));
  const jobsFile = dataDir === undefined ? undefined : join(dataDir, 'jobs.json');
  const jobs = new Jobs(await savedJobs(jobsFile), (all) => {
    if (jobsFile === undefined) return;
    writeFileSync(`${jobsFile}.new`, JSON.stringify(all));
    renameSync(`${jobsFile}.new`, jobsFile);
  });
  const clusters = new Clusters(clock);
  const files = new WorkspaceFiles(dataDir);
  const webhooks = new Webhooks(workspaceId);
  const python = createPythonPool({ warm: options.warmNotebooks });
  const executor = createExecutor({
    clock,
    clusters,
    files,
    python,
    runJob(jobId, parameters, onEnded) {
      const job = jobs.get(jobId);
      if (!job) return undefined;
      const run = startJobRun(workspace, job, {
        parameters: { job: parameters, notebook: {} },
        trigger: 'RUN_JOB_TASK',
      });
      workspace.runs.whenEnded(run, () => onEnded(run));
      return { runId: run.runId, stop: () => workspace.runs.cancel(run) };
    },
  });
  const workspace: Workspace = {
    clock,
    runs: new RunEngine({ clock, executor, store, onEvent: (event, run, task) => webhooks.notify(event, run, task) }),
    jobs,
    clusters,
    files,
    webhooks,
    rates: new Rates(clock),
    identity: { url: '', workspaceId, userName: 'emulator@example.com' },
    async [Symbol.asyncDispose]() {
      workspace.runs.stop();
      clock.stop();
      store?.[Symbol.dispose]();
      await webhooks[Symbol.asyncDispose]();
      await python[Symbol.asyncDispose]();
    },
  };
  if (store) {
    const runs = store.load();
    // Time may have been moved on before: it never goes back.
    const latest = runs.reduce((time, { startTime, endTime }) => Math.max(time, startTime, endTime), 0);
    clock.advance(Math.max(0, latest - clock.now()));
    workspace.runs.restore(runs);
  }
  return workspace;
}

async function savedJobs(file: string | undefined): Promise<Job[]> {
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? [] : (parseJson(text) as Job[]);
}
