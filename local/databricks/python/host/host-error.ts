/**
 * Why a call of Python failed. `kind` names the exception on the Python side (`runtime/emulator/errors.py`), `detail` is
 * what else it needs.
 */
export class HostError extends Error {
  override name = 'HostError' as const;
  readonly kind: HostErrorKind;
  readonly detail: Record<string, string>;

  constructor(kind: HostErrorKind, message: string, detail: Record<string, string> = {}) {
    super(message);
    this.kind = kind;
    this.detail = detail;
  }
}

/** `java` is an exception of the driver's JVM (`detail.class`), `sql` one of Spark, `unsupported` what the emulator lacks. */
export type HostErrorKind = 'java' | 'sql' | 'unsupported';
