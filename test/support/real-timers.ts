import { afterEach, vi } from 'vitest';

// The files that a worker runs share its process: none leaves its own time to the next.
afterEach(() => {
  vi.useRealTimers();
});
