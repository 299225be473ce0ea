import { shownTarget, type DeliveryState } from '../domain/delivery-state.ts';
import type { NotificationDocument } from '../domain/run-document.ts';
import { AppError } from '../errors.ts';
import { storageCall, type Storage } from '../storage/storage.ts';

/** Where the notifications go that were not delivered. */
const QUEUE = 'run-notifications-poison';

/** A notification that was not delivered, and why; the run itself is read from its links. */
export interface DeadLetter {
  run_id: string;
  channel: string;
  /** Whom it was for; of the address of a callback, what may be shown. */
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
    const message = Buffer.from(JSON.stringify(letter)).toString('base64');
    await storageCall(() => queue.sendMessage(message, { messageTimeToLive: -1 }));
  }
}

/** The letter about a notification of the end of a run that could not be delivered, for this reason. */
export function deadLetterOf(
  document: NotificationDocument,
  { channel, target }: Pick<DeliveryState, 'channel' | 'target'>,
  error: unknown,
): DeadLetter {
  const code = error instanceof AppError ? error.code : 'UNKNOWN';
  return { run_id: document.id, channel, target: shownTarget(target), code, links: { self: document.links.self } };
}
