import type { Clock } from '../clock.ts';

/** A time limit that can be halted: while a task waits for the emulator's own resources its time does not run. */
export class Deadline {
  readonly #clock: Clock;
  readonly #onExpired: () => void;
  #remainingMs: number;
  #runningSince: number | undefined;
  #halts = 0;
  #callOff: (() => void) | undefined;

  /** Counts from `startMs`. */
  constructor(clock: Clock, startMs: number, limitMs: number, onExpired: () => void) {
    this.#clock = clock;
    this.#remainingMs = limitMs;
    this.#onExpired = onExpired;
    this.#run(startMs);
  }

  /** Stops the time until the returned function is called; halts may overlap. */
  halt(): () => void {
    if (this.#halts++ === 0) this.#stop();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (--this.#halts === 0) this.#run(this.#clock.now());
    };
  }

  /** Ends the limit; it does not expire any more. */
  clear(): void {
    this.#halts = Infinity;
    this.#stop();
  }

  #run(sinceMs: number): void {
    this.#runningSince = sinceMs;
    this.#callOff = this.#clock.at(this.#runningSince + this.#remainingMs, this.#onExpired);
  }

  #stop(): void {
    if (this.#runningSince === undefined) return;
    this.#remainingMs -= this.#clock.now() - this.#runningSince;
    this.#runningSince = undefined;
    this.#callOff?.();
  }
}
