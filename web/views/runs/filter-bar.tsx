import { useEffect, useRef } from 'preact/hooks';
import { hrefOf } from '../../app/href.ts';
import { goTo } from '../../app/location.ts';
import { may, workspaces } from '../../app/session.ts';
import { filteredHref, isFiltered, type RunFilters } from './run-filters.ts';

const SPANS = [
  ['', 'Any time'],
  ['1', 'Last hour'],
  ['6', 'Last 6 hours'],
  ['24', 'Last day'],
  ['168', 'Last week'],
] as const;

/** What the list can be narrowed to; all of it stands in the address. */
export function FilterBar({ filters }: { filters: RunFilters }) {
  const change = (changed: Partial<RunFilters>): void => goTo(filteredHref(filters, changed));
  return (
    <form class="filters" role="search" aria-label="Filter the runs" onSubmit={(event) => event.preventDefault()}>
      <SearchField filters={filters} />
      <input
        type="text"
        aria-label="Submitted by"
        placeholder="Submitted by (id)"
        value={filters.submitted_by}
        onChange={({ currentTarget }) => change({ submitted_by: currentTarget.value.trim() })}
      />
      <input
        type="text"
        aria-label="Label, as key:value"
        placeholder="Label (key:value)"
        pattern="[^:]+:.*"
        value={filters.labels.join(' ')}
        onChange={({ currentTarget }) =>
          change({ labels: currentTarget.value.split(/\s+/).filter((label) => /^[^:]+:/.test(label)) })
        }
      />
      {workspaces.value.length < 2 ? null : (
        <select
          aria-label="Workspace"
          value={filters.workspace}
          onChange={({ currentTarget }) => change({ workspace: currentTarget.value })}
        >
          <option value="">All workspaces</option>
          {workspaces.value.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      <select
        aria-label="Accepted within"
        value={filters.hours}
        onChange={({ currentTarget }) => change({ hours: currentTarget.value })}
      >
        {SPANS.map(([hours, label]) => (
          <option key={hours} value={hours}>
            {label}
          </option>
        ))}
      </select>
      {isFiltered(filters) || filters.search !== '' ? (
        <a class="quiet-button" href={hrefOf('/runs')}>
          Clear
        </a>
      ) : null}
      {may('runs:submit') ? (
        <a class="main-button" href={hrefOf('/new-run')}>
          New run
        </a>
      ) : null}
    </form>
  );
}

function SearchField({ filters }: { filters: RunFilters }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => onSlash(() => field.current?.focus()), []);
  return (
    <input
      ref={field}
      class="grow"
      type="search"
      aria-label="Search the rows that are shown"
      aria-keyshortcuts="/"
      placeholder="Search these rows  ( / )"
      value={filters.search}
      onInput={({ currentTarget }) =>
        goTo(filteredHref(filters, { search: currentTarget.value, page_token: filters.page_token }), { replace: true })
      }
    />
  );
}

/** The key `/` leads to the search, except where somebody is writing. */
function onSlash(focus: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const isWriting = event.target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    focus();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
