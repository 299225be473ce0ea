/** A run that has drawn no ticket for so long waits for a sweep, not in the queue. */
const FORGOTTEN_AFTER_MS = 2 * 60_000;

interface Pending {
  /** How many tickets the workspace had issued when this was counted last. */
  issued: number;
  /** When the runs were accepted that have drawn none of them, oldest first. */
  acceptedAtMs: number[];
}

/**
 * Runs that this process has accepted and whose orchestrations have not drawn a ticket yet: without them, a burst
 * could pass the bound of the queue before the queue has grown. Tickets of other instances' runs are taken for those
 * of this one's, so that several instances together may pass the bound by a little.
 */
export class PendingAdmissions {
  readonly #pending = new Map<string, Pending>();

  /** How many there are when the workspace has issued so many tickets. */
  count(workspace: string, issued: number, nowMs: number): number {
    const pending = this.#of(workspace, issued);
    const drawn = Math.max(0, issued - pending.issued);
    pending.issued += drawn;
    pending.acceptedAtMs = pending.acceptedAtMs
      .slice(drawn)
      .filter((acceptedAtMs) => nowMs - acceptedAtMs < FORGOTTEN_AFTER_MS);
    return pending.acceptedAtMs.length;
  }

  /** Counts one more from now on, in the same turn of the event loop as `count`, so that no other request comes in between. */
  add(workspace: string, nowMs: number): void {
    this.#pending.get(workspace)?.acceptedAtMs.push(nowMs);
  }

  /** Takes one back that was not accepted after all. */
  remove(workspace: string, acceptedAtMs: number): void {
    const times = this.#pending.get(workspace)?.acceptedAtMs ?? [];
    // Where the ticket of another run was counted for it, that one still has its own place.
    times.splice(Math.max(0, times.lastIndexOf(acceptedAtMs)), 1);
  }

  #of(workspace: string, issued: number): Pending {
    const known = this.#pending.get(workspace) ?? { issued, acceptedAtMs: [] };
    this.#pending.set(workspace, known);
    return known;
  }
}
