import { AppError } from '../errors.ts';
import type { CheckResult, Health, Status } from './health-report.ts';

const CHECK_TIMEOUT_MS = 5_000;

/** Something that the gateway depends on. */
export interface HealthCheck {
  name: string;
  /** What the gateway is without it. */
  whenFailing: Exclude<Status, 'ok'>;
  /** The address that is asked, for who looks into it. */
  address?: string;
  /** Rejects where it does not work. */
  run: () => Promise<unknown>;
}

/** Runs all checks at once, each for five seconds at most; the worst result is the gateway's status. */
export async function checkHealth(checks: readonly HealthCheck[]): Promise<Health> {
  const results = await Promise.all(checks.map(async (check) => [check.name, await resultOf(check)] as const));
  return { status: worst(results.map(([, { status }]) => status)), checks: Object.fromEntries(results) };
}

function worst(statuses: readonly Status[]): Status {
  if (statuses.includes('down')) return 'down';
  return statuses.includes('degraded') ? 'degraded' : 'ok';
}

async function resultOf({ whenFailing, run, address }: HealthCheck): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new CheckTimeoutError()), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([run(), timeout]);
    return { status: 'ok', detail: 'responds' };
  } catch (error) {
    return { status: whenFailing, detail: detailOf(error, address) };
  } finally {
    clearTimeout(timer);
  }
}

/** Messages of errors may quote what is not for callers; codes, and the address that was asked, say enough here. */
function detailOf(error: unknown, address: string | undefined): string {
  const code = error instanceof AppError ? error.code : 'UNEXPECTED_ERROR';
  const network = error instanceof Error && 'networkCode' in error ? error.networkCode : undefined;
  const cause = typeof network === 'string' ? ` (${network})` : '';
  return address === undefined ? `${code}${cause}` : `${code}: ${address} does not respond as it should${cause}`;
}

class CheckTimeoutError extends AppError {
  override readonly name = 'CheckTimeoutError';
  constructor() {
    super(`No response within ${CHECK_TIMEOUT_MS} ms.`, { code: 'TIMEOUT', retryable: true });
  }
}
