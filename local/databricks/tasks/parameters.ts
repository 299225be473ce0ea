import type { RunRecord, TaskRecord } from '../runs/record.ts';

const REFERENCE = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** The value of a dynamic reference such as `{{job.run_id}}`; unknown ones stay as they are, as in Databricks. */
export function resolveReferences(text: string, task: TaskRecord, run: RunRecord): string {
  return text.replaceAll(REFERENCE, (whole, name: string) => valueOf(name, task, run) ?? whole);
}

/** A notebook's widgets: its base parameters, over them those of `run-now`, over them the job's parameters. All are strings. */
export function notebookParameters(task: TaskRecord, run: RunRecord): Record<string, string> {
  const given = { ...task.settings.notebook_task?.base_parameters, ...run.parameters.notebook, ...run.parameters.job };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, resolveReferences(parameterText(value), task, run)]),
  );
}

/** Databricks' parameters are strings; other JSON values are taken as their text. */
export function parameterText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The input of a for-each iteration, or a part of it. */
function inputText(input: unknown, path: string[]): string | undefined {
  const part = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], input);
  return part === undefined ? undefined : parameterText(part);
}

function valueOf(name: string, task: TaskRecord, run: RunRecord): string | undefined {
  const known: Record<string, string | number> = {
    'job.id': run.jobId,
    'job.name': run.runName,
    'job.run_id': run.runId,
    job_id: run.jobId,
    run_id: task.runId,
    'task.run_id': task.runId,
    'task.name': task.taskKey,
    task_key: task.taskKey,
    'task.execution_count': task.attemptNumber + 1,
  };
  if (Object.hasOwn(known, name)) return String(known[name]);
  const [scope, key = '', kind, value = ''] = name.split('.');
  if (scope === 'input') return inputText(task.input, name.split('.').slice(1));
  if (scope === 'job' && key === 'parameters' && kind !== undefined && kind in run.parameters.job)
    return parameterText(run.parameters.job[kind]);
  if (scope !== 'tasks') return undefined;
  const upstream = run.tasks.findLast(({ taskKey }) => taskKey === key);
  if (kind === 'result_state') return upstream?.state.result?.toLowerCase();
  const values = upstream?.taskValues;
  return kind === 'values' && values !== undefined && value in values ? parameterText(values[value]) : undefined;
}
