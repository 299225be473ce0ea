import type { RetryOptions } from '../actions.ts';
import type { ScheduledTasks } from './scheduled-tasks.ts';
import { TaskNode } from './task-node.ts';

/**
 * A call with retries. The Durable Task Framework (`RetryInterceptor`) waits the delay after every failure, the last one
 * included, and durable-functions counts on that timer before it gives up. `onStalled`: the retries ended in a way that
 * durable-functions does not learn of.
 */
export function retriedCall(
  tasks: ScheduledTasks,
  options: RetryOptions,
  start: (isRetry: boolean) => TaskNode,
  onStalled: () => void,
): TaskNode {
  const outer = new TaskNode();
  const startedMs = tasks.nowMs;
  let failures = 0;
  const attempt = (): void => {
    start(failures > 0).onSettled = (node) => {
      if (node.succeeded) return outer.settle(true);
      const timeoutMs = options.retryTimeoutInMilliseconds;
      const isTimedOut = timeoutMs !== undefined && timeoutMs > 0 && tasks.nowMs >= startedMs + timeoutMs;
      if (isTimedOut || tasks.event?.FailureDetails?.IsNonRetriable === true) {
        onStalled();
        return outer.settle(false);
      }
      const delayMs = retryDelayMs(options, failures);
      failures++;
      tasks.timer(tasks.nowMs + delayMs, true).onSettled = () =>
        failures >= options.maxNumberOfAttempts ? outer.settle(false) : attempt();
    };
  };
  attempt();
  return outer;
}

/** Milliseconds to wait after a failure; `failures` counts those before it. */
export function retryDelayMs(options: RetryOptions, failures: number): number {
  const delay = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** failures;
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Number.POSITIVE_INFINITY);
}
