import { resolveReferences } from './parameters.ts';
import { executePython } from './python.ts';
import type { TaskType } from './task-type.ts';

/** A Python file of the workspace. */
export const sparkPythonTask: TaskType = {
  field: 'spark_python_task',
  execute({ task, run, progress, options }) {
    const { python_file: path = '', parameters: own = [] } = task.settings.spark_python_task ?? {};
    const values = (run.parameters.python ?? own).map((value) => resolveReferences(value, task, run));
    return executePython(options, { kind: 'file', path, parameters: {}, arguments: values }, task, run, progress);
  },
};
