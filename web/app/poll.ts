import { nextDelayMs, type Pace } from './pace.ts';

/**
 * Reads something again and again until it is stopped, never twice at once: the less changes, the more seldom, not at all
 * while nobody sees the page, and at once when somebody looks again. `read` says whether what it has read is new; a read
 * that fails counts as nothing new.
 */
export function poll(read: (abort: AbortSignal) => Promise<boolean>, paceNow: () => Pace): () => void {
  const stopped = new AbortController();
  let delayMs = paceNow().soonestMs;
  let timer: number | undefined;
  let isReading = false;

  async function step(): Promise<void> {
    if (isReading || stopped.signal.aborted || document.visibilityState === 'hidden') return;
    isReading = true;
    window.clearTimeout(timer);
    const isNew = await read(stopped.signal).catch(() => false);
    isReading = false;
    delayMs = nextDelayMs(delayMs, isNew, paceNow());
    schedule();
  }

  function schedule(): void {
    window.clearTimeout(timer);
    if (stopped.signal.aborted || document.visibilityState === 'hidden') return;
    timer = window.setTimeout(() => void step(), delayMs);
  }

  function onVisibility(): void {
    delayMs = paceNow().soonestMs;
    void step();
  }

  document.addEventListener('visibilitychange', onVisibility);
  void step();
  return () => {
    stopped.abort();
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
