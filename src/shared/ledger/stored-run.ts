import * as z from 'zod';
import type { RunRecord } from '../domain/run-record.ts';
import { parseRow } from './run-row.ts';

/** A run as the ledger holds it. The cancellation request is kept apart from the record: another writer sets it. */
export interface StoredRun {
  record: RunRecord;
  cancelRequestedAtMs: number | null;
  etag: string;
  /** When the row was written last, by anybody, epoch ms. */
  writtenAtMs: number;
}

/** Reads a run back from its row. @throws {Error} for a row that is none of a run */
export function storedRun(entity: unknown): StoredRun {
  const { etag, timestamp } = system.parse(entity);
  return { ...parseRow(entity), etag, writtenAtMs: timestamp };
}

/** What the service adds to a row. */
const system = z.looseObject({ etag: z.string(), timestamp: z.iso.datetime().transform((text) => Date.parse(text)) });
