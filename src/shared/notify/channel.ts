import type { RunDocument } from '../runs/run-document.ts';

/** A way to tell of the end of a run. Whatever it raises means that nobody was told, and may be told later. */
export interface Channel {
  name: 'queue' | 'event_grid' | 'callback';
  tell(document: RunDocument, target: string): Promise<void>;
}
