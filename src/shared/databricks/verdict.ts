import {
  type DatabricksError,
  DatabricksNotFoundError,
  DatabricksPermissionError,
  DatabricksRateLimitedError,
  DatabricksRejectedError,
  DatabricksTooLateError,
} from './errors.ts';
import { RETRY_RULES } from './retry-rules.ts';

/**
 * What follows from a failed request that was to make a run or a repair. `throttled`: there are too many; it is sent
 * again when Databricks says. `late`: its time had passed; it is sent in another slot. `again`: nothing is known; it is
 * sent again under the same token. `confirm`: a verdict, if Databricks keeps to it: the same request is sent for a
 * minute more. The Jobs API gives back the run that a token has made, so the words about the request itself mean that
 * there is none; what is still on its way to Databricks has arrived by then. `refused`: Databricks will not make the
 * run.
 */
export type Ruling = 'throttled' | 'late' | 'again' | 'confirm' | 'refused';

interface Row {
  response: string;
  matches(error: DatabricksError): boolean;
  /** No request of this attempt can have reached Databricks before. */
  first: Ruling;
  /** An earlier request may have been carried out. */
  afterAnother: Ruling;
}

/**
 * Which responses to `runs/submit`, `run-now` and `runs/repair` end a run, first match first. `docs/operations.md`
 * repeats it.
 * @see {@link https://docs.databricks.com/api/azure/workspace/jobs/submit} on `idempotency_token`
 */
export const VERDICTS: readonly Row[] = [
  {
    response: '429, a rate limit, a full window of creations',
    matches: (error) => error instanceof DatabricksRateLimitedError,
    first: 'throttled',
    afterAnother: 'throttled',
  },
  {
    response: 'not sent: the time of its slot had passed',
    matches: (error) => error instanceof DatabricksTooLateError,
    first: 'late',
    afterAnother: 'late',
  },
  {
    response: 'what a retry rule matches: no response, 5xx, a lock, a conflict, a service that is down',
    matches: (error) => RETRY_RULES.some((rule) => rule.matches(error)),
    first: 'again',
    afterAnother: 'again',
  },
  {
    response: 'what is not in the form of Databricks, as a page of a proxy or a redirect',
    matches: ({ isGenuine }) => !isGenuine,
    first: 'again',
    afterAnother: 'again',
  },
  {
    // Without the right to ask, it is unknown what became of the first request.
    response: '401, 403',
    matches: (error) => error instanceof DatabricksPermissionError,
    first: 'refused',
    afterAnother: 'again',
  },
  {
    response: 'words about the request itself, as INVALID_PARAMETER_VALUE',
    matches: (error) => isRefusal(error) && ABOUT_THE_REQUEST.has(error.errorCode ?? ''),
    first: 'refused',
    afterAnother: 'confirm',
  },
  {
    response: 'any other refusal in the words of Databricks',
    matches: isRefusal,
    first: 'refused',
    afterAnother: 'again',
  },
];

/** Codes that say of a request that Databricks could not take it at any time. */
const ABOUT_THE_REQUEST: ReadonlySet<string> = new Set([
  'INVALID_PARAMETER_VALUE',
  'INVALID_ARGUMENT',
  'MALFORMED_REQUEST',
  'BAD_REQUEST',
  'MISSING_PARAMETER',
  'FEATURE_DISABLED',
  'NOT_IMPLEMENTED',
  'RESOURCE_DOES_NOT_EXIST',
  'NOT_FOUND',
]);

/** The ruling on a request that failed so. What no row of the table matches is no verdict. */
export function rulingOn(error: DatabricksError, mayHaveArrivedBefore: boolean): Ruling {
  const row = VERDICTS.find((candidate) => candidate.matches(error));
  return (mayHaveArrivedBefore ? row?.afterAnother : row?.first) ?? 'again';
}

function isRefusal(error: DatabricksError): boolean {
  return error instanceof DatabricksRejectedError || error instanceof DatabricksNotFoundError;
}
