import { z } from 'zod';
import { hostCall } from './host-call.ts';
import { HostError } from './host-error.ts';

const MAX_DEPTH = 5;
const MS_PER_SECOND = 1_000;

/** Runs another notebook in an interpreter and a session of its own and returns its exit value, or null. */
export const notebookRun = hostCall(
  z.object({ path: z.string(), timeoutSeconds: z.number(), arguments: z.record(z.string(), z.string()) }),
  async ({ path, timeoutSeconds, arguments: parameters }, parent) => {
    if (parent.depth >= MAX_DEPTH)
      throw new HostError('unsupported', `notebooks nested more than ${MAX_DEPTH} deep (dbutils.notebook.run)`);
    const { clock, files } = parent.resources;
    const text = await files.read(path);
    if (text === undefined) throw workflowFailure('RESOURCE_NOT_FOUND', `Notebook not found: ${path}`);
    const ended = Promise.withResolvers<string | null>();
    let callOff = () => {};
    const stop = parent.start(parent.child(), {
      source: { kind: 'notebook', path, text, parameters, arguments: [] },
      taskValues: null,
      onStarted() {
        // As for a run, the time that the emulator takes to find an interpreter does not count.
        if (timeoutSeconds <= 0) return;
        const deadlineMs = clock.now() + timeoutSeconds * MS_PER_SECOND;
        callOff = clock.at(deadlineMs, () => ended.reject(workflowFailure('TIMEDOUT')));
      },
      onFinished: ({ error, result = null }) => {
        if (error === undefined) ended.resolve(result);
        else ended.reject(workflowFailure('FAILED', error));
      },
      onCrashed: ({ message }) => ended.reject(workflowFailure('FAILED', message)),
    });
    const hasEnded = parent.own(stop);
    try {
      return await ended.promise;
    } finally {
      callOff();
      hasEnded();
      stop();
    }
  },
);

/** What a failed child is to its parent. The child's own error is added, since the emulator has no page to see it on. */
function workflowFailure(state: string, reason?: string): HostError {
  return new HostError(
    'java',
    `com.databricks.NotebookExecutionException: ${state}${reason === undefined ? '' : `: ${reason}`}`,
    {
      class: 'com.databricks.WorkflowException',
      cause: `com.databricks.NotebookExecutionException: ${state}`,
    },
  );
}
