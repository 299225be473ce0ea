/** What is counted, each by the name of the function, an entity's operations by `ENTITY.OPERATION`. */
export type Counted = 'executions' | 'activities' | 'entityBatches' | 'entityOperations';

/**
 * How often the engine ran what since the host started or the counts were cleared. An execution is one delivery of
 * messages to an orchestrator, with its replay.
 */
export class RunCounts {
  readonly #counts: Record<Counted, Map<string, number>> = {
    executions: new Map(),
    activities: new Map(),
    entityBatches: new Map(),
    entityOperations: new Map(),
  };

  add(kind: Counted, name: string): void {
    const counts = this.#counts[kind];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  clear(): void {
    for (const counts of Object.values(this.#counts)) counts.clear();
  }

  /** The body of `GET /admin/durable/counts`. */
  toJSON(): Record<string, Record<string, number>> {
    return Object.fromEntries(Object.entries(this.#counts).map(([kind, counts]) => [kind, Object.fromEntries(counts)]));
  }
}
