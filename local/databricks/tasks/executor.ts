import type { Executor } from '../runs/execution.ts';
import { failedBeforeStart } from '../runs/state.ts';
import { acquireCompute, releaseCompute } from './compute.ts';
import type { ExecutorOptions, TaskType } from './task-type.ts';
import * as taskTypes from './task-types.ts';

const TASK_TYPES: readonly TaskType[] = Object.values(taskTypes);

/** Runs tasks by their type; one of a type that the emulator does not run fails, and says so. */
export function createExecutor(options: ExecutorOptions): Executor {
  return {
    acquireCompute: (task, run) => acquireCompute(options.clusters, task, run),
    releaseCompute: (task) => releaseCompute(options.clusters, task),
    execute(task, run, progress) {
      const type = TASK_TYPES.find(({ field }) => task.settings[field] !== undefined);
      if (type !== undefined) return type.execute({ task, run, progress, options });
      const named = Object.keys(task.settings).find((field) => field.endsWith('_task')) ?? 'task without a type';
      progress.finished(failedBeforeStart('FEATURE_DISABLED', `The emulator does not run a ${named}.`));
      return () => {};
    },
  };
}
