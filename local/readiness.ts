import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Stack } from './stack.ts';

const POLL_MS = 200;
const RESPONSE_TIMEOUT_MS = 15_000;
/** On a machine that is busy with other things. */
const MAX_WAIT_MS = 180_000;
const SHOWN_LOG_LENGTH = 4_000;
/** Settings do not change while a process lives. */
const INVALID_CONFIGURATION = 'CONFIGURATION_INVALID';

/**
 * Resolves when the gateway's `GET /api/health` returns 200. A 503 is waited out for three minutes, each new one passed to
 * `onWaiting`.
 * @throws Error when the health response says that waiting will not help, the time is over, or the functions host ends
 */
export async function untilHealthy(
  stack: Stack,
  signal: AbortSignal,
  onWaiting?: (why: string) => void,
): Promise<void> {
  let passedOn = '';
  const untilMs = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const { status, text } = await health(stack, signal);
    if (status === 200) return;
    if (text.includes(INVALID_CONFIGURATION)) throw new Error(refusal(text, stack.hostLog()));
    if (status !== 503) {
      const log = stack.hostLog().slice(-SHOWN_LOG_LENGTH);
      throw new Error(`The gateway's health check responded with ${status}: ${text}\n${log}`);
    }
    if (performance.now() > untilMs) {
      const log = stack.hostLog().slice(-SHOWN_LOG_LENGTH);
      throw new Error(`The gateway is not ready after ${MAX_WAIT_MS / 1_000} s, its health says: ${text}\n${log}`);
    }
    if (text !== passedOn) onWaiting?.(text);
    passedOn = text;
    await delay(POLL_MS, undefined, { signal });
  }
}

const healthSchema = z.object({
  checks: z.record(z.string(), z.object({ status: z.string(), detail: z.string() })).default({}),
});

/** The checks that do not work although the gateway does, a sentence each. */
export async function degradedChecks(stack: Pick<Stack, 'url'>): Promise<string[]> {
  const response = await fetch(`${stack.url}/api/health`, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) });
  const { checks } = healthSchema.parse(await response.json());
  return Object.entries(checks)
    .filter(([, { status }]) => status !== 'ok')
    .map(([name, { detail }]) => `${name}: ${detail}`);
}

/** What the gateway has logged of its settings; health names them only. */
function refusal(problem: string, log: string): string {
  const logged = log.split('\n').filter((line) => line.includes('configuration.invalid'));
  return `The gateway cannot use its settings: ${problem}\n${logged.join('\n')}`;
}

async function health(stack: Stack, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const ended = stack.hostEnded().then(() => {
    throw new Error(`The functions host has ended:\n${stack.hostLog().slice(-SHOWN_LOG_LENGTH)}`);
  });
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)]);
  const reading = fetch(`${stack.url}/api/health`, { signal: timeout }).then(async (response) => ({
    status: response.status,
    text: await response.text(),
  }));
  try {
    return await Promise.race([reading, ended]);
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return { status: 503, text: 'no response' };
    throw error;
  }
}
