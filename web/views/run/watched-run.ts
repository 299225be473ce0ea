import { signal } from '@preact/signals';
import type { RunDocument } from '../../api/documents.ts';
import { getJson } from '../../api/gateway.ts';
import { RequestError, type Problem } from '../../api/problem.ts';
import type { Pace } from '../../app/pace.ts';
import { poll } from '../../app/poll.ts';

/** What is known of the run that is shown. */
export interface KnownRun {
  run: RunDocument | undefined;
  problem: Problem | undefined;
}

/** The gateway holds a request until something of the run changes, so that the next may follow at once. */
const WAIT_SECONDS = 20;
const AT_WORK: Pace = { soonestMs: 250, latestMs: 2_000 };
/** Somebody may repair it, and notifications may be on their way. */
const AT_REST: Pace = { soonestMs: 3_000, latestMs: 60_000 };

/** Reads a run for as long as it is shown. */
export function watchRun(id: string) {
  const known = signal<KnownRun>({ run: undefined, problem: undefined });
  let stop: (() => void) | undefined;

  function read(): void {
    stop?.();
    stop = poll(
      async (abort) => {
        const before = known.peek();
        const isWaiting = before.problem === undefined && before.run !== undefined && before.run.status !== 'completed';
        try {
          const run = await getJson<RunDocument>(`runs/${encodeURIComponent(id)}`, {
            signal: abort,
            ...(isWaiting ? { headers: { prefer: `wait=${WAIT_SECONDS}` } } : {}),
          });
          known.value = { run, problem: undefined };
          return JSON.stringify(run) !== JSON.stringify(before.run);
        } catch (error) {
          if (error instanceof RequestError) known.value = { run: before.run, problem: error.problem };
          return false;
        }
      },
      () => (known.peek().problem === undefined && known.peek().run?.status !== 'completed' ? AT_WORK : AT_REST),
    );
  }

  return { known, read, close: () => stop?.() };
}
