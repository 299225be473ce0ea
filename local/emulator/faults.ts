import { z } from 'zod';

const MAX_DELAY_SECONDS = 3_600;

/** The body of `POST /_emulator/faults`. An empty `match` matches every request. */
export const faultSchema = z.strictObject({
  match: z
    .strictObject({ operation: z.string().optional(), path: z.string().optional(), method: z.string().optional() })
    .default({}),
  kind: z.enum(['status', 'reset', 'delay', 'garbage', 'lost_response']),
  /** HTTP status of a `status` fault. */
  status: z.int().min(200).max(599).default(500),
  error_code: z.union([z.string(), z.number()]).optional(),
  message: z.string().optional(),
  /** The `Retry-After` header: seconds, or an HTTP date. */
  retry_after: z.union([z.number().nonnegative(), z.string()]).optional(),
  /** Real seconds to wait first; goes with every kind. */
  delay_seconds: z.number().nonnegative().max(MAX_DELAY_SECONDS).default(0),
  /** How many requests it strikes; without it, all. */
  times: z.int().positive().optional(),
  /** The chance that a matching request is struck. */
  probability: z.number().min(0).max(1).default(1),
});

/** A fault as the control plane takes it. */
export type FaultSpecification = z.output<typeof faultSchema>;

/** A fault that is planted, and how often it still strikes. */
export interface Fault extends FaultSpecification {
  readonly id: string;
}

/** What a fault is looked for by. */
export interface FaultSubject {
  operation: string;
  method: string;
  path: string;
}

/** What befalls one request: a wait, and then at most one fault that is more than a wait. */
export interface Strike {
  delayMs: number;
  fault: Fault | undefined;
}

/** The faults that an emulator has been set to show, oldest first. */
export class Faults {
  readonly #faults = new Map<string, Fault>();
  readonly #random: () => number;
  #lastId = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Registers a fault and returns its id. */
  add(specification: FaultSpecification): string {
    this.#lastId += 1;
    const id = String(this.#lastId);
    this.#faults.set(id, { ...specification, id });
    return id;
  }

  /** Whether there was such a fault; one that has struck all its `times` stays known until it is removed. */
  remove(id: string): boolean {
    return this.#faults.delete(id);
  }

  clear(): void {
    this.#faults.clear();
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  /** Uses up what strikes this request: every matching delay, up to the first matching fault of another kind. */
  strike(subject: FaultSubject): Strike {
    let delayMs = 0;
    for (const fault of this.#faults.values()) {
      if (!matches(fault, subject) || fault.times === 0 || this.#random() >= fault.probability) continue;
      if (fault.times !== undefined) fault.times -= 1;
      delayMs += fault.delay_seconds * 1_000;
      if (fault.kind !== 'delay') return { delayMs, fault };
    }
    return { delayMs, fault: undefined };
  }
}

function matches({ match }: Fault, subject: FaultSubject): boolean {
  return (
    (match.operation === undefined || match.operation === subject.operation) &&
    (match.method === undefined || match.method.toUpperCase() === subject.method) &&
    (match.path === undefined || withoutTrailingSlash(match.path) === withoutTrailingSlash(subject.path))
  );
}

// Key Vault's client asks for `/secrets/NAME/`; whoever writes a fault writes `/secrets/NAME`.
function withoutTrailingSlash(path: string): string {
  return path.replace(/\/$/, '');
}
