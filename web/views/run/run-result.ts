import { signal } from '@preact/signals';
import type { RunResult } from '../../api/documents.ts';
import { send } from '../../api/gateway.ts';
import { RequestError, type Problem } from '../../api/problem.ts';

/** More than this of outputs is not read into the page. */
const MAX_BYTES = 24 * 1024 * 1024;

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
    const abort = new AbortController();
    try {
      const response = await send(`runs/${encodeURIComponent(id)}/result`, { signal: abort.signal });
      const text = await boundedText(response);
      if (text === undefined) abort.abort();
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

/** The text of a response, or undefined where it is too long to be shown. */
async function boundedText(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const parts: string[] = [];
  let length = 0;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts.join('');
    parts.push(value);
    length += value.length;
    if (length > MAX_BYTES) {
      await reader.cancel();
      return undefined;
    }
  }
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
