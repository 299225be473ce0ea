import { DatabricksError } from './errors.ts';
import { RETRY_RULES, type RetryRule } from './retry-rules.ts';
import type { Sleep } from '../async/sleep.ts';

/** What a retry is bounded by. */
export interface RetryOptions {
  /** Whether the request may be carried out twice without harm. */
  isSafe: boolean;
  /** No attempt starts later than this after the first. */
  budgetMs: number;
  signal?: AbortSignal | undefined;
  now: () => number;
  sleep: Sleep;
  /** In [0, 1). */
  random: () => number;
  onRetry: (error: DatabricksError, delayMs: number, attempt: number) => void;
}

const MAX_ATTEMPTS = 20;

/**
 * Tries until an attempt succeeds, a failure is final or the budget is spent. Throws the last failure then, which says
 * whether an earlier attempt may have been carried out.
 */
export async function withRetries<Result>(attempt: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { budgetMs, signal, now, sleep, onRetry } = options;
  const startedAtMs = now();
  let mayHaveArrived = false;
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof DatabricksError) error.mayHaveArrivedBefore = mayHaveArrived;
      const delayMs = error instanceof DatabricksError ? retryDelayMs(error, count, options) : undefined;
      if (delayMs === undefined || count >= MAX_ATTEMPTS || now() - startedAtMs + delayMs > budgetMs) throw error;
      onRetry(error as DatabricksError, delayMs, count);
      mayHaveArrived ||= !isUnprocessed(error as DatabricksError);
      await sleep(delayMs, signal);
    }
  }
}

/**
 * Exponential back-off with full jitter, on top of what `Retry-After` asks for: clients that got the same response do
 * not all come at once. Undefined where the failure is final.
 */
function retryDelayMs(
  error: DatabricksError,
  attempt: number,
  { isSafe, random }: Pick<RetryOptions, 'isSafe' | 'random'>,
): number | undefined {
  const rule = ruleOf(error);
  if (rule === undefined || rule.delayMs === 0 || !(isSafe || rule.isUnprocessed)) return undefined;
  const backOffMs = Math.min(rule.maxDelayMs, rule.delayMs * 2 ** (attempt - 1));
  return (error.retryAfterMs ?? 0) + random() * backOffMs;
}

function ruleOf(error: DatabricksError): RetryRule | undefined {
  return RETRY_RULES.find((candidate) => candidate.matches(error));
}

/** Whether Databricks has certainly not acted on the request that failed so. */
export function isUnprocessed(error: DatabricksError): boolean {
  return ruleOf(error)?.isUnprocessed === true;
}
