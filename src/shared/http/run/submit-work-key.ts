import { createHash } from 'node:crypto';
import { canonicalJson } from '../../json.ts';
import type { SubmitBody } from './run-body.ts';
import { tasksOf } from './run-checks.ts';

/**
 * A hash of what the run does, whatever its parameters and its name, which may be another each time: the tasks by kind
 * and by the thing they run.
 */
export function submitWorkKey(body: SubmitBody): string {
  const work = tasksOf(body).map(({ task }) =>
    ['notebook_task', 'spark_python_task', 'python_wheel_task', 'spark_jar_task', 'sql_task', 'run_job_task']
      .filter((type) => task[type] !== undefined && task[type] !== null)
      .map((type) => {
        const {
          parameters: _1,
          base_parameters: _2,
          named_parameters: _3,
          ...rest
        } = task[type] as Record<string, unknown>;
        return canonicalJson({ [type]: rest });
      })
      .join(),
  );
  return createHash('sha256').update(`submit:${work.toSorted().join()}`).digest('hex');
}
