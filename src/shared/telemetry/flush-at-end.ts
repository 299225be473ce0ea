import type { Telemetry } from './telemetry.ts';

/** How long an invocation waits at its end for what has been recorded to be sent. */
const MAX_WAIT_MS = 2_000;

/** What is recorded by invocations that end within so long of each other goes out together. */
const TOGETHER_MS = 1_000;

/** After a wait that was in vain, there is none for so long. */
const UNAWAITED_MS = 60_000;

/**
 * Sends what has been recorded when an invocation ends, because the instance may be gone before the next one. A receiver
 * that does not respond is waited for once in a minute; meanwhile things are sent beside the work.
 */
export class FlushAtEnd {
  readonly #telemetry: Telemetry;
  readonly #now: () => number;
  #flushedAtMs = -Infinity;
  #unawaitedUntilMs = -Infinity;

  constructor(telemetry: Telemetry, now: () => number) {
    this.#telemetry = telemetry;
    this.#now = now;
  }

  /** Sends all, whoever waits. Throws nothing. */
  async all(): Promise<void> {
    await this.#telemetry.flush(MAX_WAIT_MS);
  }

  /** `isAwaited`: somebody waits for what the invocation returns, so it does not wait for this. Throws nothing. */
  async invocationEnded({ isAwaited }: { isAwaited: boolean }): Promise<void> {
    const begunAtMs = this.#now();
    if (!this.#telemetry.isOn || begunAtMs - this.#flushedAtMs < TOGETHER_MS) return;
    this.#flushedAtMs = begunAtMs;
    const flushed = this.#telemetry.flush(MAX_WAIT_MS);
    if (isAwaited || begunAtMs < this.#unawaitedUntilMs) return;
    await flushed;
    if (this.#now() - begunAtMs >= MAX_WAIT_MS) this.#unawaitedUntilMs = this.#now() + UNAWAITED_MS;
  }
}

/** What the end of an invocation holds up: the response to a client, or the next step of an orchestration. */
const AWAITED_TRIGGERS = new Set(['httpTrigger', 'orchestrationTrigger', 'entityTrigger']);

interface Flushing {
  flushAtEnd: FlushAtEnd;
}

type OpenFlushing = () => Flushing | Promise<Flushing>;

/** After an invocation that a trigger of this type began. Throws nothing. */
export async function flushAfter(triggerType: string, openContext: OpenFlushing): Promise<void> {
  const context = await opened(openContext);
  await context?.flushAtEnd.invocationEnded({ isAwaited: AWAITED_TRIGGERS.has(triggerType) });
}

/** Before the process ends. Throws nothing. */
export async function flushAtTermination(openContext: OpenFlushing): Promise<void> {
  const context = await opened(openContext);
  await context?.flushAtEnd.all();
}

/** Where the settings cannot be used, nothing was recorded. */
async function opened(openContext: OpenFlushing): Promise<Flushing | undefined> {
  try {
    return await openContext();
  } catch {
    return undefined;
  }
}
