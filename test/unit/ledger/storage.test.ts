import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { AggregateAuthenticationError, AuthenticationError, CredentialUnavailableError } from '@azure/identity';
import { expect, it } from 'vitest';
import { storageCall, StorageUnavailableError } from '../../../src/shared/ledger/storage.ts';
import { tableTryTimeout } from '../../../src/shared/ledger/table-try-timeout.ts';
import { startTableService } from './table-service.ts';

const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};

it.each([
  new CredentialUnavailableError('No identity answers.'),
  new AuthenticationError(500, { error: 'server_error' }),
  new AggregateAuthenticationError([]),
  new RestError('The server is busy.', { statusCode: 503 }),
  new RestError('The connection was reset.'),
])('is an outage when the answer is %s', async (error) => {
  await expect(storageCall(failing(error))).rejects.toThrow(StorageUnavailableError);
});

it.each([new RestError('There is no such row.', { statusCode: 404 }), new TypeError('A mistake.')])(
  'passes on %s',
  async (error) => {
    await expect(storageCall(failing(error))).rejects.toBe(error);
  },
);

it('tries again, and then gives up, where a table does not answer', async () => {
  await using service = await startTableService(() => undefined);
  let tries = 0;
  const countTries: NonNullable<TableServiceClientOptions['additionalPolicies']>[number] = {
    position: 'perRetry',
    policy: {
      name: 'countTries',
      sendRequest(request, next) {
        tries++;
        return next(request);
      },
    },
  };
  const table = TableClient.fromConnectionString(service.connectionString, 'silent', {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 1, retryDelayInMs: 1 },
    additionalPolicies: [countTries, tableTryTimeout(50, RestError)],
  });

  await expect(storageCall(() => table.getEntity('run', 'r'))).rejects.toThrow(StorageUnavailableError);

  // Counted where they are sent: a busy machine may hear of one only after its time is over.
  expect(tries).toBe(2);
});

it.each([401, 403, 408, 429, 500, 503])(
  'takes a status of %i for an outage: storage does not let the gateway in',
  async (status) => {
    const refused = failing(new RestError('no', { statusCode: status }));

    await expect(storageCall(refused)).rejects.toThrow(StorageUnavailableError);
  },
);

it.each([400, 404, 409, 412])('passes a status of %i on, which answers the question', async (status) => {
  await expect(storageCall(failing(new RestError('no', { statusCode: status })))).rejects.toThrow(RestError);
});
