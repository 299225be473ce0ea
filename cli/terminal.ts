import type { Readable, Writable } from 'node:stream';

/** What the program reads and writes; a process has one, and a test makes its own. */
export interface Terminal {
  stdin: Readable;
  /** Data, and nothing else. */
  stdout: Writable & { isTTY?: boolean };
  /** What is said of it: progress, outcomes, failures. */
  stderr: Writable & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  /** Called with what to do at the next Ctrl-C; it is forgotten by disposing what it returns. */
  onInterrupt(listener: () => void): Disposable;
}
