import type { QueryParameters } from './query-string.ts';

/** What the query of a request for a run may say. */
export const ACCEPTANCE_PARAMETERS: QueryParameters = { validate_only: 'once', fail_on_error: 'once' };

/** What the query of a list of runs may say. */
export const LIST_PARAMETERS: QueryParameters = {
  status: 'once',
  outcome: 'once',
  submitted_by: 'once',
  workspace: 'once',
  label: 'any',
  created_after: 'once',
  created_before: 'once',
  limit: 'once',
  page_token: 'once',
};

/** What the query of the overview may say. */
export const OVERVIEW_PARAMETERS: QueryParameters = { hours: 'once' };
