import { useSignal } from '@preact/signals';
import { send, type RequestOptions } from '../api/gateway.ts';
import { RequestError, type Problem } from '../api/problem.ts';

/** A request that somebody asks for with a button: whether it is on its way, and what was wrong with it. */
export function useRequest() {
  const isBusy = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);

  /** Sends it; the response, or undefined where there is a problem to be shown. */
  async function submit(path: string, options: RequestOptions): Promise<Response | undefined> {
    isBusy.value = true;
    problem.value = undefined;
    try {
      return await send(path, options);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      ({ problem: problem.value } = error);
      return undefined;
    } finally {
      isBusy.value = false;
    }
  }

  return { isBusy, problem, submit };
}
