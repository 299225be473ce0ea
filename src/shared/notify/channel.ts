import type { RunDocument } from '../domain/run-document.ts';

/** A way to tell of the end of a run. Whatever it raises means that nobody was told, and may be told later. */
export interface Channel {
  name: 'queue' | 'event_grid' | 'callback';
  /** `timeoutMs`: how long to wait for the receiver, where that is less than the channel's own bound. */
  tell(document: RunDocument, target: string, timeoutMs?: number): Promise<void>;
}
