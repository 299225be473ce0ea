import { defineCommand } from '../command.ts';
import { runSchema, type Run } from '../documents.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failures.ts';
import { followRun, runPath } from '../follow-run.ts';
import { parseDocument } from '../gateway-client.ts';
import { oneLine } from '../printable.ts';
import { shown } from '../report-result.ts';

type Task = Run['tasks'][number];

/** Prints what the tasks of a run have written. */
export const logs = defineCommand({
  summary: 'Prints logs, errors and results of the tasks of a run, at its end.',
  usage: ['logs ID [--task KEY] [OPTIONS]'],
  options: { task: { type: 'string', value: 'KEY', help: 'Of this task alone.' } },
  operands: { min: 1, max: 1 },
  notes: 'Databricks gives out what a task has written when the task has ended; the command waits for that.',
  run: async ({ values, operands: [id = ''], client, terminal }) => {
    await followRun(id, { client, terminal, cancelsOnInterrupt: false });
    const { text } = await client.read({ method: 'GET', path: runPath(id, 'result'), isRepeatable: true });
    const { tasks } = parseDocument(runSchema, text);
    const chosen = tasks.filter(({ task_key: key }) => values.task === undefined || key === values.task);
    if (chosen.length === 0 && values.task !== undefined) throw new UsageError(`The run has no task ${values.task}.`);
    if (values.json === true) terminal.stdout.write(`${text}\n`);
    else for (const task of chosen) terminal.stdout.write(shown(written(task, chosen.length > 1), terminal));
    return EXIT.done;
  },
});

function written(task: Task, isNamed: boolean): string {
  const { task_key: key, logs: log, logs_truncated: isCut, error, error_trace: trace, output_error: lost } = task;
  const parts = [
    ...(isNamed ? [`--- ${oneLine(key)}: ${task.outcome ?? 'unknown'}`] : []),
    log,
    ...(isCut === true ? ['(Databricks keeps no more of the log)'] : []),
    trace ?? error,
    task.notebook_output?.result,
    ...(lost !== null && lost !== undefined ? [`(no output: ${lost.message})`] : []),
  ];
  return parts.map((part) => (part ? `${part.trimEnd()}\n` : '')).join('');
}
