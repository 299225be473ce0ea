import { SIMULATED_PREFIX } from '../runs/settings.ts';
import { notebookParameters } from './parameters.ts';
import { executePython } from './python.ts';
import { executeSimulated } from './simulated.ts';
import type { TaskType } from './task-type.ts';

/** A notebook; one below `/Simulated/` runs no code. */
export const notebookTask: TaskType = {
  field: 'notebook_task',
  execute({ task, run, progress, options }) {
    const path = task.settings.notebook_task?.notebook_path ?? '';
    const parameters = notebookParameters(task, run);
    if (path.startsWith(SIMULATED_PREFIX)) return executeSimulated(options.clock, task, parameters, progress);
    return executePython(options, { kind: 'notebook', path, parameters, arguments: [] }, task, run, progress);
  },
};
