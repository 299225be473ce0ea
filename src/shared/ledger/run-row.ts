import { z } from 'zod';
import type { RunKey, RunRecord } from '../domain/run-record.ts';

/** All rows of the ledger share a partition, so that a run and its pointer are written in one transaction. */
export const PARTITION = 'run';

/** A string property holds at most 32 Ki characters; a row at most 1 MiB, which is 1,000 tasks and more. */
const CHUNK_CHARS = 30_000;
const MAX_CHUNKS = 15;

/** Rows sort ascending by key, so newer runs get smaller keys. */
export function recordKey({ id, createdAtMs }: RunKey): string {
  return `r:${reverseTime(createdAtMs)}:${id}`;
}

/** The row that says when a run was accepted, and with what body: the claim on its id. */
export function pointerKey(id: string): string {
  return `i:${id}`;
}

/** The row that finds a run by its Databricks run. */
export function databricksKey(workspace: string, runId: string): string {
  return `d:${workspace}:${runId}`;
}

/** The key range of the records that were accepted in a span of time, as `[from, to)` of row keys. */
export function recordRange(afterMs: number | undefined, beforeMs: number | undefined): [string, string] {
  return [
    beforeMs === undefined ? 'r:' : `r:${reverseTime(beforeMs - 1)}`,
    afterMs === undefined ? 'r;' : `r:${reverseTime(afterMs - 1)}`,
  ];
}

/** The columns of a record: some to filter by, and the record itself as JSON in chunks. */
export function recordColumns(record: RunRecord): Record<string, string> {
  const text = JSON.stringify(record);
  const columns: Record<string, string> = {
    status: record.status,
    outcome: record.outcome ?? '',
    workspace: record.request.workspace,
    submittedBy: record.submittedBy.id,
    source: record.source,
    runId: record.runId ?? '',
  };
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const part = text.slice(chunk * CHUNK_CHARS, (chunk + 1) * CHUNK_CHARS);
    // An empty column clears what a longer record left there.
    if (part !== '' || chunk < 2) columns[`record${chunk}`] = part;
  }
  columns['chunks'] = String(Math.ceil(text.length / CHUNK_CHARS));
  return columns;
}

const row = z.looseObject({ chunks: z.string(), cancelRequestedAtMs: z.string().optional() });

/** Reads a record back from its row. */
export function parseRow(entity: unknown): { record: RunRecord; cancelRequestedAtMs: number | null } {
  const columns = row.parse(entity);
  let text = '';
  for (let chunk = 0; chunk < Number(columns.chunks); chunk++) text += String(columns[`record${chunk}`]);
  return {
    record: JSON.parse(text) as RunRecord,
    cancelRequestedAtMs: columns.cancelRequestedAtMs ? Number(columns.cancelRequestedAtMs) : null,
  };
}

const LATEST_MS = 9_999_999_999_999;

function reverseTime(epochMs: number): string {
  const reversed = Math.min(Math.max(LATEST_MS - epochMs, 0), LATEST_MS);
  return String(reversed).padStart(13, '0');
}
