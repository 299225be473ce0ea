import type { CallerLimits } from '../../domain/caller-limits.ts';
import { CallerLimitError } from '../../runs/accept/run-errors.ts';
import type { StatementsAtOnce } from '../../sql/statements-at-once.ts';

const AGAIN_MS = 5_000;

/** A statement that counts to the limit of its caller from when it may pass until it has ended. */
export class CountedStatement {
  readonly #statements: StatementsAtOnce;
  readonly #caller: string;
  #hasEnded = false;
  #end: (() => void) | undefined;

  constructor(statements: StatementsAtOnce, caller: string) {
    this.#statements = statements;
    this.#caller = caller;
  }

  /**
   * Counts the statement once it was judged, and returns how.
   * @throws {CallerLimitError} as many of the caller are executed as may be
   */
  async after<Judged extends { limits: CallerLimits }>(judging: Promise<Judged>): Promise<Judged> {
    const judged = await judging;
    this.#end = this.#statements.begin(this.#caller, judged.limits.concurrentSql);
    if (this.#end === undefined) throw new CallerLimitError('concurrent_sql', AGAIN_MS);
    // Its client has left meanwhile, or its time is over.
    if (this.#hasEnded) this.#end();
    return judged;
  }

  /** The statement is executed no more. */
  end(): void {
    this.#hasEnded = true;
    this.#end?.();
  }
}
