import type { DurableClient, EntityId } from 'durable-functions';
import type { AdmissionState } from '../domain/admission.ts';
import { AppError } from '../errors.ts';
import type { TrackState } from '../workflow/track-state.ts';
import { EARLIER_EVENT, type WatchState } from '../workflow/watch-runs.ts';
import { RUN_EVENT, type RunEvent } from '../workflow/interruptible-timer.ts';

/** Durable Functions cannot be reached; what was accepted is in the ledger, and the sweep starts it. */
export class EngineUnavailableError extends AppError {
  override readonly name = 'EngineUnavailableError';
  constructor(cause: unknown) {
    super('Durable Functions does not respond.', {
      code: 'ENGINE_UNAVAILABLE',
      retryable: true,
      retryAfterMs: 5_000,
      cause,
    });
  }
}

/** Whether an orchestration is at work. */
export type OrchestrationStatus = 'none' | 'active' | 'ended';

/** All that the gateway asks of the Durable client. */
export interface RunOrchestrations {
  /** Starts the orchestration, unless it is at work already. */
  start(instanceId: string, state: TrackState): Promise<void>;
  wake(instanceId: string, wake: RunEvent): Promise<void>;
  status(instanceId: string): Promise<OrchestrationStatus>;
  /** Starts the watcher of a workspace. */
  startWatcher(state: WatchState): Promise<void>;
  /** How a watcher stands; `none` for one that was never started. */
  watcherStatus(workspace: string, turn: number): Promise<OrchestrationStatus>;
  /** Ends the watcher, as `terminate` does. */
  terminateWatcher(workspace: string, turn: number): Promise<void>;
  /** Has the watcher read at that time, epoch ms, or before. */
  readEarlier(workspace: string, turn: number, atMs: number): Promise<void>;
  admission(workspace: string): Promise<AdmissionState | undefined>;
  signalAdmission(workspace: string, operation: string, input: unknown): Promise<void>;
  /**
   * Ends an orchestration, which may take a while; `reason` is one word, for a URL. One that is not there, or has
   * ended, is left alone.
   */
  terminate(instanceId: string, reason: string): Promise<void>;
  purge(instanceId: string): Promise<void>;
}

const ENDED: ReadonlySet<string> = new Set(['Completed', 'Failed', 'Terminated', 'Canceled']);

/** The Durable client behind {@link RunOrchestrations}. @throws {EngineUnavailableError} */
export function runOrchestrations(
  client: DurableClient,
  admissionOf: (workspace: string) => EntityId,
): RunOrchestrations {
  const status = async (instanceId: string): Promise<OrchestrationStatus> => {
    const found = await durableCall(() => client.getStatus(instanceId, { showInput: false })).catch(
      (error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      },
    );
    if (found === undefined) return 'none';
    return ENDED.has(found.runtimeStatus) ? 'ended' : 'active';
  };
  const start = async (name: string, instanceId: string, input: unknown): Promise<void> => {
    try {
      await durableCall(() => client.startNew(name, { instanceId, input }));
    } catch (error) {
      // Another was faster: a sweep, or a repetition of the request.
      if ((await status(instanceId)) !== 'active') throw error;
    }
  };
  const raiseEvent = async (instanceId: string, event: string, data: unknown): Promise<void> => {
    // An event is a hint: an orchestration that is not there, or no longer, reads the ledger instead.
    await durableCall(() => client.raiseEvent(instanceId, event, data)).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  };
  const terminate = async (instanceId: string, reason: string): Promise<void> => {
    await durableCall(() => client.terminate(instanceId, reason)).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  };
  return {
    start: (instanceId, state) => start('track-run', instanceId, state),
    wake: (instanceId, wake) => raiseEvent(instanceId, RUN_EVENT, wake),
    async startWatcher(state) {
      const { workspace, turn } = state;
      await start('watch-runs', watcherId(workspace, turn), state);
      // Of the one before the last, nothing is needed any more; it may never have been.
      await client.purgeInstanceHistory(watcherId(workspace, turn - 2)).catch(() => undefined);
    },
    watcherStatus: (workspace, turn) => status(watcherId(workspace, turn)),
    readEarlier: (workspace, turn, atMs) => raiseEvent(watcherId(workspace, turn), EARLIER_EVENT, { atMs }),
    status,
    async admission(workspace) {
      const found = await durableCall(() => client.readEntityState<AdmissionState>(admissionOf(workspace)));
      return found.entityExists ? found.entityState : undefined;
    },
    async signalAdmission(workspace, operation, input) {
      await durableCall(() => client.signalEntity(admissionOf(workspace), operation, input));
    },
    terminate,
    terminateWatcher: (workspace, turn) => terminate(watcherId(workspace, turn), 'silent'),
    async purge(instanceId) {
      await durableCall(() => client.purgeInstanceHistory(instanceId));
    },
  };
}

/** Each has an id of its own: one that is just ending is in no other's way. */
function watcherId(workspace: string, turn: number): string {
  return `watch-${workspace}-${turn}`;
}

async function durableCall<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw new EngineUnavailableError(error);
  }
}

/** How durable-functions 3.5 words that there is no such instance; it has no error type for it. */
const NOT_FOUND = /^No instance with ID |extension replied with HTTP 404 response/;

function isNotFound(error: unknown): boolean {
  const cause = error instanceof EngineUnavailableError ? error.cause : error;
  return cause instanceof Error && NOT_FOUND.test(cause.message);
}
