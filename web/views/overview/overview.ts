import { signal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getJson } from '../../api/gateway.ts';
import type { OverviewDocument } from '../../api/overview-document.ts';
import { RequestError, type Problem } from '../../api/problem.ts';
import type { Pace } from '../../app/pace.ts';
import { poll } from '../../app/poll.ts';

const PACE: Pace = { soonestMs: 10_000, latestMs: 60_000 };

/** What is known of an overview. */
export interface KnownOverview {
  document: OverviewDocument | undefined;
  problem: Problem | undefined;
}

interface Watched {
  known: Signal<KnownOverview>;
  watchers: number;
  stop: () => void;
}

/** By how many hours they look back: all who show one share its readings. */
const watched = new Map<string, Watched>();

/** The overview of so many hours, read again and again while anything shows it. */
export function useOverview(hours: string): KnownOverview {
  const entry = watchedOf(hours);
  useEffect(() => {
    if (entry.watchers++ === 0) entry.stop = watch(hours, entry.known);
    return () => {
      if (--entry.watchers === 0) entry.stop();
    };
  }, [hours]);
  return entry.known.value;
}

function watchedOf(hours: string): Watched {
  const found = watched.get(hours);
  if (found !== undefined) return found;
  const known = signal<KnownOverview>({ document: undefined, problem: undefined });
  const made = { known, watchers: 0, stop: () => undefined };
  watched.set(hours, made);
  return made;
}

function watch(hours: string, known: Signal<KnownOverview>): () => void {
  return poll(
    async (abort) => {
      try {
        const document = await getJson<OverviewDocument>(`monitor/overview?hours=${hours}`, { signal: abort });
        const isNew = JSON.stringify(document.counts) !== JSON.stringify(known.peek().document?.counts);
        known.value = { document, problem: undefined };
        return isNew;
      } catch (error) {
        if (error instanceof RequestError) known.value = { document: known.peek().document, problem: error.problem };
        return false;
      }
    },
    () => PACE,
  );
}
