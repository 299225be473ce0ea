import { signal } from '@preact/signals';
import { boundedText } from '../../api/bounded-text.ts';
import type { RunResult } from '../../api/documents.ts';
import { send } from '../../api/gateway.ts';
import { RequestError, type Problem } from '../../api/problem.ts';

/** What is known of the outputs of a run. */
export type KnownResult =
  | { state: 'unread' | 'reading' | 'too-large' }
  | { state: 'read'; result: RunResult }
  | { state: 'failed'; problem: Problem };

/** The outputs of a run's tasks, read when they are asked for. */
export function openResult(id: string) {
  const known = signal<KnownResult>({ state: 'unread' });

  async function read(): Promise<void> {
    if (known.peek().state === 'reading') return;
    known.value = { state: 'reading' };
    try {
      const text = await boundedText(await send(`runs/${encodeURIComponent(id)}/result`));
      known.value =
        text === undefined ? { state: 'too-large' } : { state: 'read', result: JSON.parse(text) as RunResult };
    } catch (error) {
      known.value = {
        state: 'failed',
        problem: error instanceof RequestError ? error.problem : brokenOff(),
      };
    }
  }

  return { known, read };
}

function brokenOff(): Problem {
  return {
    status: 0,
    code: 'BROKEN_OFF',
    title: 'The result broke off',
    detail: 'The response ended before it was whole.',
    errors: [],
    requestId: undefined,
  };
}
