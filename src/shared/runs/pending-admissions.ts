/**
 * Runs that this process has accepted and whose orchestrations have not drawn a ticket yet: without them, a burst
 * could pass the bound of the queue before the queue has grown.
 */
export class PendingAdmissions {
  readonly #createdAtMs = new Map<string, number[]>();

  add(workspace: string, createdAtMs: number): void {
    const known = this.#createdAtMs.get(workspace) ?? [];
    known.push(createdAtMs);
    this.#createdAtMs.set(workspace, known);
  }

  /** How many were accepted after the newest one that holds a ticket. */
  count(workspace: string, newestTicketCreatedAtMs: number): number {
    const pending = (this.#createdAtMs.get(workspace) ?? []).filter(
      (createdAtMs) => createdAtMs > newestTicketCreatedAtMs,
    );
    this.#createdAtMs.set(workspace, pending);
    return pending.length;
  }
}
