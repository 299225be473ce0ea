import type { App } from '../app.ts';
import { parseJson } from '../json.ts';
import type { RunDocument } from './run-document.ts';
import type { TaskOutput } from './task-outputs.ts';

/**
 * The result document of a completed run: the run document, each task with its output, and for a single task the same
 * notebook output again at the top.
 */
export async function resultDocument(app: App, document: RunDocument): Promise<Record<string, unknown>> {
  const archived = await app.archive.readResult(document.id);
  const outputs = archived === undefined ? [] : (parseJson(archived) as { tasks: TaskOutput[] }).tasks;
  const byKey = new Map(outputs.map((output) => [output.task_key, output]));
  const tasks = document.tasks.map((task) => ({ ...task, ...byKey.get(task.task_key) }));
  const [only] = tasks;
  const notebookOutput = tasks.length === 1 ? (only as Record<string, unknown>)['notebook_output'] : undefined;
  return { ...document, tasks, ...(notebookOutput === undefined ? {} : { notebook_output: notebookOutput }) };
}
