import { CircuitBreaker } from '../async/circuit-breaker.ts';
import { createSemaphore } from '../async/semaphore.ts';
import type { Channel, RunChange } from './channel.ts';
import { callerKey } from '../admission/caller-key.ts';
import { Bulkhead } from '../async/bulkhead.ts';
import type { NotificationDocument } from '../domain/run-document.ts';

/** So long a change of a run is kept waiting for an event of it, where the topic does not respond. */
const ANNOUNCEMENT_MS = 3_000;
const ANNOUNCEMENTS_AT_ONCE = 8;
/** Beyond so many that wait, events are left out. */
const MAX_ANNOUNCEMENTS = 200;

/** What came of a try to notify. `busy`: none was made now; another may be made after `againMs`. */
export type Delivery = { kind: 'delivered' } | { kind: 'busy'; againMs: number } | { kind: 'failed'; error: unknown };

/**
 * Notifies within bounds. Slow or silent receivers delay the notifications of those alone who named them: few tries are
 * made at once for a callback's host, for a caller and in all, and for a while none where tries kept failing slowly.
 */
export class Deliveries {
  readonly #callbacks: Bulkhead;
  /** Of receivers that are the operator's own services. */
  readonly #services: Bulkhead;
  readonly #breaker: CircuitBreaker;
  readonly #inTurn = createSemaphore(ANNOUNCEMENTS_AT_ONCE);
  #announcements = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#callbacks = new Bulkhead({ atOnce: 3, inAll: 6, forOwner: 4, now });
    this.#services = new Bulkhead({ atOnce: 4, inAll: 6, now });
    this.#breaker = new CircuitBreaker(now);
  }

  /** Makes one try, which takes `timeoutMs` at most or what the channel bounds it to; throws nothing. */
  async deliver(
    channel: Channel,
    document: NotificationDocument,
    { target, timeoutMs }: { target: string; timeoutMs?: number | undefined },
  ): Promise<Delivery> {
    const bulkhead = channel.isOwnService ? this.#services : this.#callbacks;
    const key = channel.receiver(target);
    const waitMs = this.#breaker.waitMs(key);
    if (waitMs > 0) return bulkhead.turnAway(key, waitMs);
    const passed = await bulkhead.run(
      key,
      () => this.#attempt(key, () => channel.send(document, target, timeoutMs)),
      callerKey(document.submitted_by),
    );
    return passed.kind === 'busy' ? passed : passed.result;
  }

  /**
   * Publishes what has become of a run that goes on. It waits for its turn, since it is not tried again; where the
   * channel keeps failing slowly, or too many wait, it is left out (`busy`). Throws nothing.
   */
  async announce(channel: Channel, change: RunChange, document: NotificationDocument): Promise<Delivery> {
    const key = channel.receiver('');
    const waitMs = this.#breaker.waitMs(key);
    if (waitMs > 0 || this.#announcements >= MAX_ANNOUNCEMENTS) return { kind: 'busy', againMs: waitMs };
    this.#announcements++;
    try {
      return await this.#inTurn(() =>
        this.#attempt(key, async () => channel.announce?.(change, document, ANNOUNCEMENT_MS)),
      );
    } finally {
      this.#announcements--;
    }
  }

  async #attempt(key: string, send: () => Promise<void>): Promise<Delivery> {
    const startedAtMs = this.#now();
    let delivery: Delivery = { kind: 'delivered' };
    try {
      await send();
    } catch (error) {
      delivery = { kind: 'failed', error };
    }
    this.#breaker.note(key, { isFailure: delivery.kind === 'failed', tookMs: this.#now() - startedAtMs });
    return delivery;
  }
}
