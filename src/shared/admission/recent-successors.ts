const MAX_TICKETS = 256;

/**
 * The tickets of the runs that this process has lately had take over places: what it knows of the gate is older, and the
 * rows of these runs need not be read again. Others may have been faster all the same; the rows say so.
 */
export class RecentSuccessors {
  readonly #tickets = new Map<string, Set<number>>();

  /** Returns whether the ticket has not been taken here before. */
  take(workspace: string, ticket: number): boolean {
    const tickets = this.#tickets.get(workspace) ?? new Set();
    if (tickets.has(ticket)) return false;
    this.#tickets.set(workspace, tickets.add(ticket));
    const [oldest] = tickets;
    if (tickets.size > MAX_TICKETS && oldest !== undefined) tickets.delete(oldest);
    return true;
  }

  /** It may be tried again. */
  giveBack(workspace: string, ticket: number): void {
    this.#tickets.get(workspace)?.delete(ticket);
  }
}
