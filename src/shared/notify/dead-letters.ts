import { storageCall, type Storage } from '../storage/storage.ts';

/** Where the notifications end that nobody took. */
const QUEUE = 'run-notifications-poison';

/** A notification that nobody took, and why; the run itself is read from its links. */
export interface DeadLetter {
  run_id: string;
  channel: string;
  /** The address of a callback; empty for the other channels. */
  target: string;
  code: string;
  links: { self: string };
}

/** Keeps notifications that could not be delivered, for the operator to look at. */
export class DeadLetters {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** @throws {StorageUnavailableError} */
  async add(letter: DeadLetter): Promise<void> {
    const queue = await this.#storage.queue(QUEUE);
    const text = JSON.stringify({ ...letter, target: withoutQuery(letter.target) });
    const message = Buffer.from(text).toString('base64');
    await storageCall(() => queue.sendMessage(message, { messageTimeToLive: -1 }));
  }
}

/** A query may hold a signature that lets whoever knows it in, and so may what stands before the host. */
function withoutQuery(target: string): string {
  const url = URL.parse(target);
  return url === null ? '' : `${url.origin}${url.pathname}`;
}
