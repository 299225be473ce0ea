import { signal } from '@preact/signals';

/** Which failures this browser has shown to somebody. It holds ids and a time, no credentials and nothing of a run. */
interface Seen {
  /** Failures of runs from before this are seen, epoch ms. */
  beforeMs: number;
  ids: string[];
}

const STORED = 'gateway-seen-failures';
const MAX_IDS = 500;

const seen = signal<Seen>(stored());

/** Whether nobody has looked at this failure here. */
export function isUnseen({ id, created_at }: { id: string; created_at: string }): boolean {
  const { beforeMs, ids } = seen.value;
  return Date.parse(created_at) >= beforeMs && !ids.includes(id);
}

/** Notes that somebody looks at a run that has failed. */
export function noteSeen(id: string): void {
  const { beforeMs, ids } = seen.peek();
  if (!ids.includes(id)) keep({ beforeMs, ids: [...ids, id].slice(-MAX_IDS) });
}

/** Notes that all failures so far have been seen. */
export function noteAllSeen(): void {
  keep({ beforeMs: Date.now(), ids: [] });
}

function keep(value: Seen): void {
  seen.value = value;
  try {
    window.localStorage.setItem(STORED, JSON.stringify(value));
  } catch {
    // Kept for as long as the page is open.
  }
}

function stored(): Seen {
  try {
    const { beforeMs, ids } = JSON.parse(window.localStorage.getItem(STORED) ?? '') as Seen;
    if (Number.isFinite(beforeMs) && Array.isArray(ids))
      return { beforeMs, ids: ids.filter((id) => typeof id === 'string') };
  } catch {
    // Nothing has been kept, or not by this page.
  }
  return { beforeMs: 0, ids: [] };
}

// Another tab has shown some.
window.addEventListener('storage', ({ key }) => {
  if (key === STORED) seen.value = stored();
});
