import { failedBeforeStart, succeeded } from '../runs/state.ts';
import { resolveReferences } from './parameters.ts';
import type { TaskType } from './task-type.ts';

const operators: Record<string, (left: string, right: string) => boolean> = {
  EQUAL_TO: (left, right) => left === right,
  NOT_EQUAL: (left, right) => left !== right,
  GREATER_THAN: (left, right) => Number(left) > Number(right),
  GREATER_THAN_OR_EQUAL: (left, right) => Number(left) >= Number(right),
  LESS_THAN: (left, right) => Number(left) < Number(right),
  LESS_THAN_OR_EQUAL: (left, right) => Number(left) <= Number(right),
};

/** The outcome of a condition task, by which later tasks are chosen; undefined for an unknown operator. */
function conditionOutcome(op: string, left: string, right: string): 'true' | 'false' | undefined {
  const holds = operators[op]?.(left, right);
  return holds === undefined ? undefined : holds ? 'true' : 'false';
}

/** Compares two texts; later tasks are chosen by what came of it. */
export const conditionTask: TaskType = {
  field: 'condition_task',
  execute({ task, run, progress }) {
    progress.started();
    const { op = '', left = '', right = '' } = task.settings.condition_task ?? {};
    const side = (text: string) => resolveReferences(text, task, run);
    const outcome = conditionOutcome(op, side(left), side(right));
    if (outcome !== undefined) task.conditionOutcome = outcome;
    progress.finished(
      outcome === undefined ? failedBeforeStart('INVALID_RUN_CONFIGURATION', `Unknown operator ${op}.`) : succeeded,
    );
    return () => {};
  },
};
