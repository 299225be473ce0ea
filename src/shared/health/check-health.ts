import type { AppContext } from '../context.ts';
import { AppError } from '../errors.ts';
import type { Check, Health } from './health-report.ts';
import type { RunOrchestrations } from '../durable/run-orchestrations.ts';

const CHECK_TIMEOUT_MS = 5_000;

/**
 * Asks everything that the gateway stands on. Without storage, engine or vault it is down; a workspace that cannot be
 * reached only degrades it, because runs are still accepted and wait; so does a document of which the last usable text is in use.
 */
export async function checkHealth(context: AppContext, orchestrations: RunOrchestrations): Promise<Health> {
  const checks: [string, Promise<Check>][] = [
    ['storage', check('down', () => context.ledger.claim('health'))],
    ['engine', check('down', () => orchestrations.admission('health'))],
  ];
  if (context.config.keyVaultUrl !== undefined) checks.push(['vault', check('down', () => context.probeVault())]);
  for (const { name } of context.config.workspaces) {
    checks.push([`databricks:${name}`, check('degraded', () => context.workspace(name).probe())]);
  }
  for (const { setting, failure } of context.documents.states()) {
    checks.push([
      setting,
      check('degraded', () => (failure === undefined ? Promise.resolve() : Promise.reject(failure))),
    ]);
  }
  const settled = await Promise.all(checks.map(async ([name, result]) => [name, await result] as const));
  const worst = settled.some(([, { status }]) => status === 'down')
    ? 'down'
    : settled.some(([, { status }]) => status === 'degraded')
      ? 'degraded'
      : 'ok';
  return { status: worst, checks: Object.fromEntries(settled) };
}

async function check(whenFailing: 'degraded' | 'down', call: () => Promise<unknown>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new CheckTimeoutError()), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([call(), timeout]);
    return { status: 'ok', detail: 'answers' };
  } catch (error) {
    // Messages of other errors may quote an address or more; the code says enough here.
    return { status: whenFailing, detail: error instanceof AppError ? error.code : 'UNEXPECTED_ERROR' };
  } finally {
    clearTimeout(timer);
  }
}

class CheckTimeoutError extends AppError {
  override readonly name = 'CheckTimeoutError';
  constructor() {
    super(`No answer within ${CHECK_TIMEOUT_MS} ms.`, { code: 'TIMEOUT', retryable: true });
  }
}
