/** The command cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The gateway responded with an error status. */
export class ProblemResponse extends Error {
  override readonly name = 'ProblemResponse';
  readonly status: number;
  /** When to come again; undefined where the response does not say. */
  readonly retryAfterMs: number | undefined;
  /** The response as it came. */
  readonly text: string;

  constructor(message: string, response: { status: number; retryAfterMs: number | undefined; text: string }) {
    super(message);
    this.status = response.status;
    this.retryAfterMs = response.retryAfterMs;
    this.text = response.text;
  }
}

/** No response came, or not all of one. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** A response has more bytes than the program keeps in memory; it would be as long another time. */
export class TooLongError extends Error {
  override readonly name = 'TooLongError';
}

/** The user has pressed Ctrl-C. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
