import { useEffect, useMemo } from 'preact/hooks';
import { goTo } from '../../app/location.ts';
import type { ViewProps } from '../../app/view-props.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { EmptyList } from './empty-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filteredHref, readFilters, type RunFilters } from './run-filters.ts';
import { openRunList, searched, type RunList } from './run-list.ts';
import { RunRow } from './run-row.tsx';
import { StateChips } from './state-chips.tsx';
import { UnseenFailures } from './unseen-failures.tsx';

/** The list of runs, newest first. */
export function RunsView({ query }: ViewProps) {
  const filters = readFilters(query);
  const { list, show, close } = useMemo(openRunList, []);
  const asked = JSON.stringify({ ...filters, search: '' });
  useEffect(() => show(filters), [asked]);
  useEffect(() => close, []);
  useTitle('Runs');
  const { page, problem } = list.value;
  return (
    <>
      <h1 class="visually-hidden">Runs</h1>
      <StateChips filters={filters} />
      <FilterBar filters={filters} />
      <UnseenFailures />
      {problem === undefined ? null : <ProblemNotice problem={problem} onRetry={() => show(filters)} />}
      {page === undefined ? <Skeleton isShown={problem === undefined} /> : <Rows page={page} filters={filters} />}
    </>
  );
}

function Rows({ page, filters }: { page: NonNullable<RunList['page']>; filters: RunFilters }) {
  const rows = searched(page.runs, filters.search);
  return (
    <>
      {rows.length === 0 ? (
        <EmptyList filters={filters} hasMore={page.next_page_token !== undefined} />
      ) : (
        <div class="run-list">
          <div class="run-head" aria-hidden="true">
            <span>State</span>
            <span>Run</span>
            <span>Submitted by</span>
            <span>Accepted</span>
            <span class="right">Duration</span>
          </div>
          <ol>
            {rows.map((run) => (
              <RunRow key={run.id} run={run} filters={filters} />
            ))}
          </ol>
        </div>
      )}
      <Pages filters={filters} next={page.next_page_token} />
    </>
  );
}

function Skeleton({ isShown }: { isShown: boolean }) {
  if (!isShown) return null;
  return (
    <div class="run-list" role="status">
      <span class="visually-hidden">Reading the runs…</span>
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} class="skeleton-row" />
      ))}
    </div>
  );
}

function Pages({ filters, next }: { filters: RunFilters; next: string | undefined }) {
  if (next === undefined && filters.page_token === '') return null;
  return (
    <nav class="pages" aria-label="Pages">
      {filters.page_token === '' ? null : <a href={hrefToNewest(filters)}>Newest</a>}
      {next === undefined ? (
        <span class="faint">These are the oldest.</span>
      ) : (
        <button type="button" onClick={() => goTo(filteredHref(filters, { page_token: next }))}>
          Older runs
        </button>
      )}
    </nav>
  );
}

function hrefToNewest(filters: RunFilters): string {
  return filteredHref(filters, {});
}
