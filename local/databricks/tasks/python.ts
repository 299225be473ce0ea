import { PythonContext, type PythonResources, type PythonSource } from '../python/host/python-context.ts';
import type { PythonOutcome, PythonRequest } from '../python/request.ts';
import { startPython } from '../python/start-python.ts';
import type { Progress } from '../runs/execution.ts';
import type { RunRecord, TaskRecord } from '../runs/record.ts';
import { failedBeforeStart, succeeded, userCodeFailed } from '../runs/state.ts';
import { truncateLogs, truncateOutput } from './truncate.ts';

type PythonFile = Omit<PythonSource, 'text'>;

/** Runs a notebook or a Python file; the time limits are halted until an interpreter is free. */
export function executePython(
  resources: PythonResources,
  source: PythonFile,
  task: TaskRecord,
  run: RunRecord,
  progress: Progress,
): () => void {
  let stopped = false;
  let stopPython = () => {};
  const resume = progress.halt();

  async function begin(): Promise<void> {
    const text = await resources.files.read(source.path);
    if (stopped) return;
    if (text === undefined) {
      progress.finished(failedBeforeStart('RESOURCE_NOT_FOUND', notFound(source)));
      return;
    }
    stopPython = startPython(new PythonContext(resources, startPython), {
      source: { ...source, text },
      taskValues: taskValuesOf(run),
      onStarted: () => {
        resume();
        progress.started();
      },
      onFinished: (outcome) => {
        record(outcome);
        progress.finished(outcome.error === undefined ? succeeded : userCodeFailed);
      },
      onCrashed: fail,
    });
  }

  function record(outcome: PythonOutcome): void {
    task.output = {
      ...(outcome.error === undefined
        ? {}
        : { error: outcome.error, error_trace: outcome.errorTrace ?? outcome.error }),
      ...(source.kind === 'notebook'
        ? { notebook_output: outcome.result === undefined ? {} : truncateOutput(outcome.result) }
        : { ...truncateLogs(outcome.logs), ...(outcome.logsTruncated ? { logs_truncated: true } : {}) }),
    };
    if (Object.keys(outcome.taskValues).length > 0) task.taskValues = outcome.taskValues;
  }

  function fail(error: Error): void {
    task.output = {
      error: `${error.name}: ${error.message}`,
      error_trace: error.stack ?? error.message,
      ...(source.kind === 'notebook' ? { notebook_output: {} } : {}),
    };
    progress.finished(userCodeFailed);
  }

  begin().catch((error: unknown) => fail(error instanceof Error ? error : new Error(String(error))));
  return () => {
    stopped = true;
    resume();
    stopPython();
  };
}

function notFound({ kind, path }: PythonFile): string {
  return kind === 'notebook'
    ? `Unable to access the notebook "${path}". Either it does not exist, or the identity used to run this job lacks the required permissions.`
    : `Cannot read the python file ${path}. Please check driver logs for more details.`;
}

function taskValuesOf(run: RunRecord): PythonRequest['taskValues'] {
  return Object.fromEntries(
    run.tasks.flatMap(({ taskKey, taskValues }) => (taskValues !== undefined ? [[taskKey, taskValues]] : [])),
  );
}
