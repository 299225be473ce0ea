import { createHash } from 'node:crypto';
import type { Run } from '../../databricks/schemas.ts';
import { observeRun } from '../../domain/observe-run.ts';
import type { WatchedRun } from '../../domain/watched-run.ts';

/** The run as it is watched after its page was read. `started`: it was seen running. */
export function seenRun(run: WatchedRun, page: Run, started: boolean, nowMs: number): WatchedRun {
  const startedAtMs = page.start_time ?? run.startedAtMs;
  return { ...run, startedAtMs, started: run.started || started, seen: digestOf(page), recordedAtMs: nowMs };
}

/** What would be written of a run that is active. */
export function digestOf(page: Run): string {
  const { status, stateMessage, startedAtMs, tasks } = observeRun(page);
  const text = JSON.stringify([status, stateMessage, startedAtMs, tasks]);
  return createHash('sha256').update(text).digest('base64').slice(0, 16);
}

/** A list has the first hundred tasks of a run. */
export function hasAllTasks(page: Run): boolean {
  return page['has_more'] !== true;
}

/** The first page of a run, why it could not be read, or nothing, where the settings name no such workspace. */
export type PageRead = { page: Run } | { error: unknown } | { none: true };

/** What was read, as a read. */
export function pageOf(read: { page: Run } | { error: unknown }): () => Promise<Run> {
  return async () => {
    if ('error' in read) throw read.error;
    return read.page;
  };
}
