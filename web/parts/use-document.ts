import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getJson } from '../api/gateway.ts';
import { RequestError, type Problem } from '../api/problem.ts';

/** A document that a view reads once, when it is shown; `read` reads it again, after a problem. */
export function useDocument<Document>(path: string) {
  const document = useSignal<Document | undefined>(undefined);
  const problem = useSignal<Problem | undefined>(undefined);
  const read = (): void => {
    problem.value = undefined;
    getJson<Document>(path).then(
      (found) => {
        document.value = found;
      },
      (error: unknown) => {
        if (!(error instanceof RequestError)) throw error;
        ({ problem: problem.value } = error);
      },
    );
  };
  useEffect(read, [path]);
  return { document, problem, read };
}
