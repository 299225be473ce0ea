import { storageCall, type Storage } from '../ledger/storage.ts';
import type { Channel } from './channel.ts';

/** Where the notifications end that nobody took. */
const QUEUE = 'run-notifications-poison';

/** What could not be told, to whom, and why; the run itself is read from its links. */
export interface DeadLetter {
  run_id: string;
  channel: Channel['name'];
  target: string;
  code: string;
  links: { self: string };
}

/** Keeps what could not be told, for whoever looks after the gateway. Raises StorageUnavailableError. */
export class DeadLetters {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async add(letter: DeadLetter): Promise<void> {
    const queue = await this.#storage.queue(QUEUE);
    const message = Buffer.from(JSON.stringify(letter)).toString('base64');
    await storageCall(() => queue.sendMessage(message, { messageTimeToLive: -1 }));
  }
}
