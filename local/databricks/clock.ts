/** The workspace's time. Whatever has a duration in the emulator is timed by it, so that time can be scaled and moved on. */
export interface Clock {
  /** Emulated time, epoch milliseconds. Inside a callback of `at` it is the time that the callback was due. */
  now(): number;
  /** Emulated milliseconds that pass in one real millisecond. */
  readonly scale: number;
  /** Calls back once, when emulated time reaches `timeMs`; returns what calls it off. */
  at(timeMs: number, callback: () => void): () => void;
  /** Resolves after so much emulated time; rejects with the signal's reason when it aborts. */
  sleep(emulatedMs: number, signal?: AbortSignal): Promise<void>;
  /** Moves emulated time on; everything that falls due meanwhile happens, in order, before this returns. */
  advance(emulatedMs: number): void;
  /** Stops the clock's timer; nothing calls back any more. */
  stop(): void;
}

interface Timer {
  timeMs: number;
  order: number;
  callback: (() => void) | undefined;
}

const MAX_DELAY_MS = 2 ** 31 - 1;

/** A clock that starts at `startMs` (default: now). One real timer serves any number of emulated ones, kept in a binary heap. */
export function createClock(options: { scale?: number; startMs?: number } = {}): Clock {
  const scale = options.scale ?? 1;
  const startMs = options.startMs ?? Date.now();
  const startedAt = performance.now();
  const heap: Timer[] = [];
  let advancedMs = 0;
  let order = 0;
  let due: number | undefined;
  let armed: { timer: NodeJS.Timeout; timeMs: number } | undefined;
  let stopped = false;

  const current = () => Math.floor(startMs + (performance.now() - startedAt) * scale + advancedMs);

  function arm(): void {
    const next = heap[0];
    if (stopped || next === undefined || due !== undefined || armed?.timeMs === next.timeMs) return;
    clearTimeout(armed?.timer);
    const delayMs = Math.min(Math.max(Math.ceil((next.timeMs - current()) / scale), 0), MAX_DELAY_MS);
    armed = { timer: setTimeout(fire, delayMs), timeMs: next.timeMs };
  }

  function fire(): void {
    clearTimeout(armed?.timer);
    armed = undefined;
    if (due !== undefined) return;
    try {
      const until = current();
      for (let next = heap[0]; next !== undefined && next.timeMs <= until; next = heap[0]) {
        if (stopped) return;
        pop(heap);
        // A chain of timers keeps exact durations however late the real timer is.
        due = Math.max(due ?? 0, next.timeMs);
        next.callback?.();
      }
    } finally {
      due = undefined;
      arm();
    }
  }

  function at(timeMs: number, callback: () => void): () => void {
    const timer: Timer = { timeMs, order: order++, callback };
    push(heap, timer);
    arm();
    return () => {
      timer.callback = undefined;
    };
  }

  return {
    now: () => due ?? current(),
    scale,
    at,
    async sleep(emulatedMs, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const callOff = at((due ?? current()) + emulatedMs, resolve);
      const abort = () => {
        callOff();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      try {
        await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    advance(emulatedMs) {
      advancedMs += emulatedMs;
      fire();
    },
    stop() {
      stopped = true;
      clearTimeout(armed?.timer);
    },
  };
}

function before(a: Timer, b: Timer): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(timer, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    const left = heap[child];
    if (left === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && before(right, left)) child++;
    const least = heap[child];
    if (least === undefined || !before(least, last)) break;
    heap[index] = least;
    index = child;
  }
  heap[index] = last;
}
