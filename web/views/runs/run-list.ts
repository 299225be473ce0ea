import { signal } from '@preact/signals';
import type { RunDocument, RunPage } from '../../api/documents.ts';
import { getJson } from '../../api/gateway.ts';
import { RequestError, type Problem } from '../../api/problem.ts';
import type { Pace } from '../../app/pace.ts';
import { poll } from '../../app/poll.ts';
import { listPath, type RunFilters } from './run-filters.ts';

const LIMIT = 50;
const PACE: Pace = { soonestMs: 2_000, latestMs: 30_000 };

/** What is known of the list that is shown. */
export interface RunList {
  page: RunPage | undefined;
  problem: Problem | undefined;
}

/** A list that is read again and again while it is shown. */
export function openRunList() {
  const list = signal<RunList>({ page: undefined, problem: undefined });
  let known = '';
  let stop: (() => void) | undefined;

  /** Shows the runs of these filters from now on. */
  function show(filters: RunFilters): void {
    stop?.();
    known = '';
    stop = poll(
      async (abort) => {
        try {
          const path = listPath(filters, { limit: LIMIT, nowMs: Date.now() });
          const page = await getJson<RunPage>(path, { signal: abort });
          const text = JSON.stringify(page.runs);
          const isNew = text !== known;
          known = text;
          list.value = { page, problem: undefined };
          return isNew;
        } catch (error) {
          if (error instanceof RequestError) list.value = { page: list.peek().page, problem: error.problem };
          return false;
        }
      },
      () => PACE,
    );
  }

  return { list, show, close: () => stop?.() };
}

/** The runs of a page in which a text stands: in a name, an id, a caller, a label or an error. */
export function searched(runs: readonly RunDocument[], search: string): RunDocument[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return [...runs];
  return runs.filter((run) =>
    [
      run.id,
      run.run_id,
      run.run_name,
      run.workspace,
      run.submitted_by.name,
      run.submitted_by.id,
      run.failure?.message,
      run.failure?.code,
      ...Object.entries(run.labels).map(([key, value]) => `${key}:${value}`),
    ].some((text) => text?.toLowerCase().includes(wanted) === true),
  );
}
