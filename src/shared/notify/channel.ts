import type { RunDocument } from '../runs/run-document.ts';

/** A way to tell of the end of a run. Raises an AppError where telling again later may help. */
export interface Channel {
  name: 'queue' | 'event_grid' | 'callback';
  tell(document: RunDocument, target: string): Promise<void>;
}
