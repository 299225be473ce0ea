import type { AdmissionState } from '../domain/admission.ts';

/** The state of an entity that nothing has been asked of yet is undefined. */
type State = AdmissionState | undefined;

interface Known {
  state: State;
  readAtMs: number;
}

/** A younger state is used in the place of one that is read now. */
const FRESH_MS = 1_000;

/**
 * What this process last read of each workspace's admission, so that a request need not wait for it: the entity is read
 * once a second at most, for all requests of that second.
 */
export class RecentAdmissions {
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Promise<State>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * The state as it was read within the last second. An older one is returned where `suffices` says so, and read anew
   * meanwhile; otherwise the read is waited for.
   * @throws what `read` throws; it is then not known until it could be read.
   */
  async get(workspace: string, read: () => Promise<State>, suffices: (state: State) => boolean): Promise<State> {
    const known = this.#known.get(workspace);
    if (known !== undefined && this.#now() - known.readAtMs < FRESH_MS) return known.state;
    const reading = this.#reading.get(workspace) ?? this.#read(workspace, read);
    if (known === undefined || !suffices(known.state)) return reading;
    // Whoever comes next is given its failure.
    reading.catch(() => undefined);
    return known.state;
  }

  #read(workspace: string, read: () => Promise<State>): Promise<State> {
    const readAtMs = this.#now();
    const reading = read()
      .then((state) => {
        this.#known.set(workspace, { state, readAtMs });
        return state;
      })
      .catch((error: unknown) => {
        this.#known.delete(workspace);
        throw error;
      })
      .finally(() => this.#reading.delete(workspace));
    this.#reading.set(workspace, reading);
    return reading;
  }
}
