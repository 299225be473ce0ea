import { parseDocument, type GatewayClient } from './gateway-client.ts';
import { runSchema, type Run } from './documents.ts';
import { InterruptedError } from './failures.ts';
import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** A response comes earlier wherever something has changed. */
const WAIT_SECONDS = 20;

/** How a run is followed. */
export interface Following {
  client: GatewayClient;
  terminal: Terminal;
  /** Whether Ctrl-C cancels the run, and only the next one leaves it. */
  cancelsOnInterrupt: boolean;
}

/**
 * Follows a run to its end, and shows its states.
 * @throws {InterruptedError} Ctrl-C: the run goes on
 * @throws what the client throws
 */
export async function followRun(id: string, { client, terminal, cancelsOnInterrupt }: Following): Promise<void> {
  const leaving = new AbortController();
  let isCanceled = false;
  const path = runPath(id);
  using progress = new Progress(terminal.stderr);
  using _listening = terminal.onInterrupt(() => {
    if (!cancelsOnInterrupt || isCanceled) {
      leaving.abort(new InterruptedError(leftText(id)));
      return;
    }
    isCanceled = true;
    progress.show('canceling; Ctrl-C once more leaves the run');
    client
      .read({ method: 'DELETE', path, isRepeatable: true, signal: leaving.signal })
      .catch((error: unknown) => leaving.abort(error));
  });
  const { signal } = leaving;
  for (let wait = 0; ; wait = WAIT_SECONDS) {
    const headers = { prefer: `wait=${wait}` };
    const { text } = await client.read({ method: 'GET', path, headers, isRepeatable: true, signal });
    signal.throwIfAborted();
    const run = parseDocument(runSchema, text);
    if (run.status === 'completed') return;
    progress.show(stateOf(run));
  }
}

/** The route of a run, or of a part of it. */
export function runPath(id: string, part?: 'result'): string {
  return `runs/${encodeURIComponent(id)}${part === undefined ? '' : `/${part}`}`;
}

/** What a run is at, in a few words. */
export function stateOf({
  status,
  queue_position: position,
  attempt,
  max_attempts: attempts,
  tasks,
  ...run
}: Run): string {
  const ended = tasks.filter(({ outcome }) => outcome !== null && outcome !== undefined).length;
  return [
    status,
    ...(position === null || position === undefined ? [] : [`number ${position} in the queue`]),
    ...(tasks.length > 1 ? [`${ended} of ${tasks.length} tasks have ended`] : []),
    ...(attempt > 1 ? [`attempt ${attempt} of ${attempts}`] : []),
    ...(run.unreachable_since ? ['Databricks cannot be read at the moment'] : []),
  ].join(', ');
}

function leftText(id: string): string {
  return `The run goes on. gateway watch ${id} follows it again, gateway cancel ${id} stops it.`;
}
