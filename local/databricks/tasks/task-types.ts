// The types of tasks that the emulator runs: a line each.
export { conditionTask } from './condition-task.ts';
export { notebookTask } from './notebook-task.ts';
export { runJobTask } from './run-job-task.ts';
export { sparkPythonTask } from './spark-python-task.ts';
