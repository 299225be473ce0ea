/** What an error says beside its message. */
export interface AppErrorOptions {
  /** A stable SCREAMING_SNAKE word that callers and dashboards may rely on. */
  code: string;
  /** Whether the same call may succeed later without a change by anyone who calls. */
  retryable: boolean;
  /** How long to wait before trying again, where the failing side said so. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** The base of every error that the gateway throws on purpose; leaves live beside the module that throws them. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;

  constructor(message: string, options: AppErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }

  /** When the failing side wants to be asked again, epoch ms; null where it named no time. */
  retryAtMs(nowMs: number): number | null {
    return this.retryAfterMs === undefined ? null : nowMs + this.retryAfterMs;
  }
}
