import { failedBeforeStart, succeeded, userCodeFailed } from '../runs/state.ts';
import { parameterText } from './parameters.ts';
import type { TaskType } from './task-type.ts';

/** Runs a saved job, and ends as its run does. */
export const runJobTask: TaskType = {
  field: 'run_job_task',
  execute({ task, progress, options }) {
    progress.started();
    const { run_job_task: job } = task.settings;
    const jobId = job?.job_id ?? '';
    const given = (job?.['job_parameters'] ?? {}) as Record<string, unknown>;
    const parameters = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, parameterText(value)]));
    const started = options.runJob(jobId, parameters, task.output.run_job_output?.run_id, (ended) =>
      progress.finished(ended.state.result?.startsWith('SUCCESS') === true ? succeeded : userCodeFailed),
    );
    if (started === undefined) {
      progress.finished(failedBeforeStart('RESOURCE_NOT_FOUND', `Job ${jobId} does not exist.`));
      return () => {};
    }
    task.output.run_job_output = { run_id: started.runId };
    return () => started.stop();
  },
};
