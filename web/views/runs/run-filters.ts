import { hrefOf } from '../../app/href.ts';

/** Which runs are asked for; each is a parameter of the page's address, so that a link shows the same to others. */
export interface RunFilters {
  status: string;
  outcome: string;
  submitted_by: string;
  workspace: string;
  /** Each `key:value`. */
  labels: string[];
  /** Hours back from now, as text; or nothing. */
  hours: string;
  /** What the rows of the page are searched for. */
  search: string;
  page_token: string;
}

/** Reads the filters of an address. */
export function readFilters(query: URLSearchParams): RunFilters {
  const text = (name: string): string => query.get(name) ?? '';
  return {
    status: text('status'),
    outcome: text('outcome'),
    submitted_by: text('submitted_by'),
    workspace: text('workspace'),
    labels: text('label').split('\n').filter(Boolean),
    hours: text('hours'),
    search: text('search'),
    page_token: text('page_token'),
  };
}

/** The address of a list with other filters; a page belongs to the filters that it was found with. */
export function filteredHref(filters: RunFilters, change: Partial<RunFilters>): string {
  const { labels, ...others } = { ...filters, page_token: '', ...change };
  return hrefOf('/runs', { ...others, label: labels.join('\n') });
}

/** Whether anything is asked for but the newest. */
export function isFiltered({ status, outcome, submitted_by: caller, workspace, labels, hours }: RunFilters): boolean {
  return [status, outcome, caller, workspace, hours, ...labels].some((value) => value !== '');
}

const HOUR_MS = 3_600_000;

/** What the gateway is asked for these filters, below `/api/`. */
export function listPath(filters: RunFilters, { limit, nowMs }: { limit: number; nowMs: number }): string {
  const query = new URLSearchParams({ limit: String(limit) });
  for (const name of ['status', 'outcome', 'submitted_by', 'workspace', 'page_token'] as const) {
    if (filters[name] !== '') query.set(name, filters[name]);
  }
  for (const label of filters.labels) query.append('label', label);
  const hours = Number(filters.hours);
  if (filters.hours !== '' && Number.isFinite(hours))
    query.set('created_after', new Date(nowMs - hours * HOUR_MS).toISOString());
  return `runs?${query.toString()}`;
}
