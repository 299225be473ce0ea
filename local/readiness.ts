import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from './stack.ts';

const pollMs = 200;
const answerTimeoutMs = 15_000;
/** On a machine that is busy with other things. */
const maxWaitMs = 180_000;
const shownLogLength = 4_000;
/** Settings do not change while a process lives. */
const invalidConfiguration = 'CONFIGURATION_INVALID';

/**
 * Resolves when the gateway's `GET /api/health` answers 200. A 503 is waited out for three minutes, each new one passed to
 * `onWaiting`.
 * @throws Error when the health answer says that waiting will not help, the time is over, or the functions host ends
 */
export async function untilHealthy(
  stack: Stack,
  signal: AbortSignal,
  onWaiting?: (why: string) => void,
): Promise<void> {
  let passedOn = '';
  const untilMs = performance.now() + maxWaitMs;
  for (;;) {
    const { status, text } = await health(stack, signal);
    if (status === 200) return;
    if (text.includes(invalidConfiguration)) throw new Error(refusal(text, stack.hostLog()));
    if (status !== 503) {
      const log = stack.hostLog().slice(-shownLogLength);
      throw new Error(`The gateway's health check answered ${status}: ${text}\n${log}`);
    }
    if (performance.now() > untilMs) {
      const log = stack.hostLog().slice(-shownLogLength);
      throw new Error(`The gateway is not ready after ${maxWaitMs / 1_000} s, its health says: ${text}\n${log}`);
    }
    if (text !== passedOn) onWaiting?.(text);
    passedOn = text;
    await delay(pollMs, undefined, { signal });
  }
}

/** What the gateway has logged of its settings; health names them only. */
function refusal(answer: string, log: string): string {
  const logged = log.split('\n').filter((line) => line.includes('configuration_invalid'));
  return `The gateway cannot use its settings: ${answer}\n${logged.join('\n')}`;
}

async function health(stack: Stack, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const ended = stack.hostEnded().then(() => {
    throw new Error(`The functions host has ended:\n${stack.hostLog().slice(-shownLogLength)}`);
  });
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]);
  const answer = fetch(`${stack.url}/api/health`, { signal: timeout }).then(async (response) => ({
    status: response.status,
    text: await response.text(),
  }));
  try {
    return await Promise.race([answer, ended]);
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return { status: 503, text: 'no answer' };
    throw error;
  }
}
