import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { startStorage, type Storage } from '../../local/azure/storage.ts';

/** The storage emulator of a worker. */
export interface SharedStorage extends Pick<Storage, 'url' | 'connectionString'> {
  /** Adds a fault, or removes all of them. @throws Error where the emulator refuses it */
  faults(method: 'POST' | 'DELETE', fault?: unknown): Promise<void>;
}

const TOKEN = randomUUID();
let shared: Promise<Storage> | undefined;

/**
 * Returns the storage emulator that the test files of a worker share, one after the other; it goes with the worker. A file
 * awaits it before it defines a test. Its faults go with the file, and what it stores stays.
 * @throws Error of an emulator that does not start
 */
export async function shareStorage(): Promise<SharedStorage> {
  shared ??= startStorage({ token: TOKEN });
  const { url, connectionString } = await shared;
  const faults = async (method: 'POST' | 'DELETE', fault?: unknown): Promise<void> => {
    const response = await fetch(`${url}/_emulator/faults`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(fault === undefined ? {} : { body: JSON.stringify(fault) }),
    });
    if (!response.ok) throw new Error(`The storage refused a fault: ${await response.text()}`);
  };
  afterAll(() => faults('DELETE'));
  return { url, connectionString, faults };
}
