import { createHash } from 'node:crypto';
import type { Submitter } from '../domain/caller.ts';

const KEY_DIGITS = 16;

/** What the gate of a workspace knows a caller by: as long for every caller, and without its name. */
export function callerKey({ kind, id }: Submitter): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, id]))
    .digest('hex')
    .slice(0, KEY_DIGITS);
}
