import type { RestError as RestErrorClass, TableServiceClientOptions } from '@azure/data-tables';

type AdditionalPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

/** Ends each try of a request after a while, which the clients for blobs and queues can do by themselves. */
export function tableTryTimeout(timeoutMs: number, RestError: typeof RestErrorClass): AdditionalPolicy {
  return {
    position: 'perRetry',
    policy: {
      name: 'tableTryTimeout',
      async sendRequest(request, next) {
        const timeout = AbortSignal.timeout(timeoutMs);
        // The gateway gives no signal of its own to a call of a table.
        request.abortSignal = timeout;
        try {
          return await next(request);
        } catch (error) {
          if (!timeout.aborted) throw error;
          // The code is one that the client tries again after.
          throw new RestError(`No response within ${timeoutMs} ms.`, { code: 'ETIMEDOUT', request });
        } finally {
          // Whatever asks for the next try would be given up as well.
          delete request.abortSignal;
        }
      },
    },
  };
}
