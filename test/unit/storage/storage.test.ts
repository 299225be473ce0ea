import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { AggregateAuthenticationError, AuthenticationError, CredentialUnavailableError } from '@azure/identity';
import { describe, expect, it } from 'vitest';
import { DurationLedger } from '../../../src/shared/ledger/duration-ledger.ts';
import { RunArchive } from '../../../src/shared/ledger/run-archive.ts';
import { RunIndex } from '../../../src/shared/ledger/run-index.ts';
import { RunLedger } from '../../../src/shared/ledger/run-ledger.ts';
import {
  openStorage,
  type Storage,
  storageCall,
  StorageUnavailableError,
} from '../../../src/shared/storage/storage.ts';
import { tableTryTimeout } from '../../../src/shared/storage/table-try-timeout.ts';
import { StatementStore } from '../../../src/shared/statements/record/statement-store.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { sampleRun } from '../ledger/sample-run.ts';
import { startTableService, type TableService } from '../ledger/table-service.ts';

const log = createLog({ sink: () => undefined, redactor: createRedactor() });
const open = ({ connectionString }: TableService) => openStorage({ kind: 'connection_string', connectionString });

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

it.each([
  new RestError('There is no such row.', { statusCode: 404, code: 'ResourceNotFound' }),
  new TypeError('A mistake.'),
])('passes on %s', async (error) => {
  await expect(storageCall(failing(error))).rejects.toBe(error);
});

it('tries again, and then gives up, where a table does not respond', async () => {
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

it.each([400, 409, 412])('passes a status of %i on, which answers the question', async (status) => {
  await expect(storageCall(failing(new RestError('no', { statusCode: status })))).rejects.toThrow(RestError);
});

describe('a 404', () => {
  const key = { id: 'a1', createdAtMs: 1 };
  const reads: Record<string, (storage: Storage) => Promise<unknown>> = {
    'a run': (storage) => new RunLedger(storage, log).find('a1'),
    'the row of a run': (storage) => new RunLedger(storage, log).get(key),
    'a duration': (storage) => new DurationLedger(storage).estimate('default', 'w'),
    'a body': (storage) => new RunArchive(storage).readBody('a1', 'h'),
    'an output': (storage) =>
      new RunArchive(storage).openOutput({ id: 'a1', attempt: 1, taskRunId: '1' }, new AbortController().signal),
    'a statement': (storage) => new StatementStore(storage).find('a1'),
  };

  describe.each(Object.entries(reads))('to a read of %s', (_, read) => {
    it.each(['ResourceNotFound', 'EntityNotFound', 'TableNotFound', 'BlobNotFound', 'ContainerNotFound'])(
      'with the code %s says that it is not there',
      async (code) => {
        await using service = await startTableService(() => ({ status: 404, code }));
        expect(await read(open(service))).toBeUndefined();
      },
    );

    it('without a code is an outage', async () => {
      await using service = await startTableService(() => ({ status: 404 }));
      await expect(read(open(service))).rejects.toThrow(StorageUnavailableError);
    });
  });

  it('without a code does not pass for a run that is gone', async () => {
    await using service = await startTableService(() => ({ status: 404 }));
    await expect(new RunLedger(open(service), log).remove(sampleRun())).rejects.toThrow(StorageUnavailableError);
  });
});

describe('a response of something in between', () => {
  const key = { id: 'a1', createdAtMs: 1 };
  const claim = { bodyHash: 'h', body: '{}' };
  const calls: Record<string, (storage: Storage) => Promise<unknown>> = {
    'the insert of a run': (storage) => new RunLedger(storage, log).create(sampleRun(), claim),
    'the end of a run': (storage) => new RunLedger(storage, log).close(sampleRun(), 'e', 1),
    'a write of a run': (storage) => new RunLedger(storage, log).write(sampleRun(), 'e'),
    'a read of a run': (storage) => new RunLedger(storage, log).get(key),
    'a list of runs': (storage) => new RunLedger(storage, log).list({ limit: 3 }),
    'the active runs': (storage) => new RunIndex(storage).active().next(),
    'a body': (storage) => new RunArchive(storage).readBody('a1', 'h'),
    'the outputs of a run': (storage) => new RunArchive(storage).keptOutputs({ id: 'a1', attempt: 1 }),
    'a statement': (storage) => new StatementStore(storage).find('a1'),
  };

  it.each(Object.entries(calls))('is an outage, and no success, for %s', async (_, call) => {
    for (const status of [200, 202, 204, 400, 404, 407, 409, 412]) {
      await using service = await startTableService(() => ({ status, foreign: '<html>Sign in</html>' }));
      await expect(call(open(service)), `status ${status}`).rejects.toThrow(StorageUnavailableError);
    }
  });

  it('is told from storage by the header that all its responses have', async () => {
    await using service = await startTableService(() => ({ status: 412, code: 'UpdateConditionNotSatisfied' }));
    expect(await new RunLedger(open(service), log).write(sampleRun(), 'e')).toBeUndefined();
  });
});

it.each(['TableBeingDeleted', 'ContainerBeingDeleted'])('takes a 409 with the code %s for an outage', async (code) => {
  await using service = await startTableService(() => ({ status: 409, code }));
  await expect(new RunLedger(open(service), log).get({ id: 'a1', createdAtMs: 1 })).rejects.toThrow(
    StorageUnavailableError,
  );
});
