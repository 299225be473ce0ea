import type { RestError as RestErrorClass, TableServiceClientOptions } from '@azure/data-tables';
import * as z from 'zod';

type AdditionalPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

/**
 * Every response of Azure Storage has it. One without it is of something in between, such as the login page of a proxy:
 * it says nothing of what was asked for, whatever its status.
 * @see https://learn.microsoft.com/rest/api/storageservices/common-rest-api-response-headers
 */
const REQUEST_ID = 'x-ms-request-id';

/** From here on a status says by itself that nothing was done. */
const FIRST_SERVER_ERROR = 500;

/**
 * Fails requests of tables whose response is not one of storage: the client takes any 2xx to a transaction for a
 * commit, and any page for one without rows.
 */
export function onlyStorageResponds(RestError: typeof RestErrorClass): AdditionalPolicy {
  return {
    position: 'perRetry',
    policy: {
      name: 'onlyStorageResponds',
      async sendRequest(request, next) {
        const response = await next(request);
        if (response.headers.has(REQUEST_ID) || response.status >= FIRST_SERVER_ERROR) return response;
        throw new RestError(`Status ${response.status}, and not of storage.`, { request });
      },
    },
  };
}

const withResponse = z.object({ response: z.object({ headers: z.custom<Pick<Headers, 'has'>>(hasHeaders) }) });

/** Whether a response led to this error that is not one of storage. */
export function isOfAnother(error: unknown): boolean {
  const { data } = withResponse.safeParse(error);
  return data !== undefined && !data.response.headers.has(REQUEST_ID);
}

function hasHeaders(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'has' in value && typeof value.has === 'function';
}
