import { hrefOf } from '../../app/href.ts';
import { may } from '../../app/session.ts';
import { asCurl } from '../run/run-request.ts';
import { filteredHref, isFiltered, type RunFilters } from './run-filters.ts';

/** What stands in the place of rows where there are none: why, and what to do. */
export function EmptyList({ filters, hasMore }: { filters: RunFilters; hasMore: boolean }) {
  if (filters.search !== '')
    return (
      <section class="empty">
        <h2>No row of this page has “{filters.search}”</h2>
        <p>
          The search looks at the rows that are shown.{' '}
          <a href={filteredHref(filters, { search: '', page_token: filters.page_token })}>Clear it</a>
          {hasMore ? ', or look at the older ones below.' : ', or ask for a caller or a label above.'}
        </p>
      </section>
    );
  if (hasMore)
    return (
      <section class="empty">
        <h2>None so far</h2>
        <p>Runs like these are rare: go on to the older ones below.</p>
      </section>
    );
  if (isFiltered(filters))
    return (
      <section class="empty">
        <h2>No run fits</h2>
        <p>
          Nothing that is kept, and yours to see, fits what you ask for. <a href={hrefOf('/runs')}>Show all runs</a>
        </p>
      </section>
    );
  return <NoRuns />;
}

function NoRuns() {
  const body = '{"existing_cluster_id":"…","notebook_task":{"notebook_path":"/Shared/test_notebook"}}';
  return (
    <section class="empty">
      <h2>No runs yet</h2>
      <p>Submit one, and it appears here at once:</p>
      <pre>
        <code>{asCurl({ path: 'runs', body })}</code>
      </pre>
      {may('runs:submit') ? (
        <a class="main-button" href={hrefOf('/new-run')}>
          Write a run here
        </a>
      ) : null}
    </section>
  );
}
