import type { Clusters } from '../clusters.ts';
import type { Id } from '../ids.ts';
import type { PythonResources } from '../python/host/python-context.ts';
import type { Executor, Progress } from '../runs/execution.ts';
import type { RunRecord, TaskRecord } from '../runs/record.ts';
import { SIMULATED_PREFIX } from '../runs/settings.ts';
import { failedBeforeStart, succeeded, userCodeFailed } from '../runs/state.ts';
import { acquireCompute, releaseCompute } from './compute.ts';
import { conditionOutcome } from './condition.ts';
import { notebookParameters, parameterText, resolveReferences } from './parameters.ts';
import { executePython } from './python.ts';
import { executeSimulated } from './simulated.ts';

export interface ExecutorOptions extends PythonResources {
  clusters: Clusters;
  /** Starts a run of a saved job, or goes on with the one that it has started, and calls back at its end; undefined if there is no such job. */
  runJob(
    jobId: Id,
    parameters: Record<string, unknown>,
    startedRunId: number | undefined,
    onEnded: (run: RunRecord) => void,
  ): { runId: number; stop(): void } | undefined;
}

/** Runs tasks by their type; one of a type that the emulator does not run fails, and says so. */
export function createExecutor(options: ExecutorOptions): Executor {
  return {
    acquireCompute: (task, run) => acquireCompute(options.clusters, task, run),
    releaseCompute: (task) => releaseCompute(options.clusters, task),
    execute(task, run, progress) {
      const {
        notebook_task: notebook,
        spark_python_task: file,
        condition_task: condition,
        run_job_task: job,
      } = task.settings;
      if (notebook !== undefined) {
        const parameters = notebookParameters(task, run);
        const path = notebook.notebook_path;
        if (path.startsWith(SIMULATED_PREFIX)) return executeSimulated(options.clock, task, parameters, progress);
        return executePython(options, { kind: 'notebook', path, parameters, arguments: [] }, task, run, progress);
      }
      if (file !== undefined) {
        const given = run.parameters.python ?? file.parameters ?? [];
        const values = given.map((value) => resolveReferences(value, task, run));
        return executePython(
          options,
          { kind: 'file', path: file.python_file, parameters: {}, arguments: values },
          task,
          run,
          progress,
        );
      }
      if (condition !== undefined) return evaluate(condition, task, run, progress);
      if (job !== undefined) return runJob(options, job, task, progress);
      const type = Object.keys(task.settings).find((field) => field.endsWith('_task')) ?? 'task without a type';
      progress.finished(failedBeforeStart('FEATURE_DISABLED', `The emulator does not run a ${type}.`));
      return () => {};
    },
  };
}

function evaluate(
  condition: { op: string; left: string; right: string },
  task: TaskRecord,
  run: RunRecord,
  progress: Progress,
): () => void {
  progress.started();
  const side = (text: string) => resolveReferences(text, task, run);
  const outcome = conditionOutcome(condition.op, side(condition.left), side(condition.right));
  if (outcome !== undefined) task.conditionOutcome = outcome;
  progress.finished(
    outcome === undefined
      ? failedBeforeStart('INVALID_RUN_CONFIGURATION', `Unknown operator ${condition.op}.`)
      : succeeded,
  );
  return () => {};
}

function runJob(
  options: ExecutorOptions,
  job: { job_id: Id; [field: string]: unknown },
  task: TaskRecord,
  progress: Progress,
): () => void {
  progress.started();
  const given = (job['job_parameters'] ?? {}) as Record<string, unknown>;
  const parameters = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, parameterText(value)]));
  const started = options.runJob(job.job_id, parameters, task.output.run_job_output?.run_id, (ended) =>
    progress.finished(ended.state.result?.startsWith('SUCCESS') === true ? succeeded : userCodeFailed),
  );
  if (started === undefined) {
    progress.finished(failedBeforeStart('RESOURCE_NOT_FOUND', `Job ${job.job_id} does not exist.`));
    return () => {};
  }
  task.output.run_job_output = { run_id: started.runId };
  return () => started.stop();
}
