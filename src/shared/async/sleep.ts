import { setTimeout as delay } from 'node:timers/promises';

/** Waits. @throws the signal's reason when it is aborted meanwhile */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits `ms`; throws the signal's reason where it aborts before. */
export const sleep: Sleep = async (ms, signal) => {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};
