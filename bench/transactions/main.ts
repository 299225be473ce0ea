import type { Measure } from '../functions-host/measured-host.ts';
import { countSteps } from '../steps/simulated.ts';

const SECOND_MS = 1_000;
const LENGTHS_SECONDS = [5, 30, 600];

/**
 * What the Azure Storage provider of Durable Functions asks of storage, by the way that it works: an execution takes a
 * message of a queue, reads the history, writes what is new of it and of the instance, and deletes the message; an
 * activity is put into a queue, taken and deleted, and so is what it returns, where the execution counts the rest.
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-azure-storage-provider
 */
const REQUESTS = { execution: 5, activity: 4, entityOperation: 6 } as const;

/** Requests to storage for a run, alone: the ledger's, and those of its orchestration, as counted on a virtual clock. */
export async function benchTransactions(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const seconds of LENGTHS_SECONDS) {
    const steps = await countSteps({ runs: 1, durationMs: seconds * SECOND_MS, hasNotifications: false });
    const { executions, activities, entityOperations, sharedExecutions, sharedActivities, storageRequests } = steps;
    const ofDurable =
      REQUESTS.execution * (executions + sharedExecutions) +
      REQUESTS.activity * (activities + sharedActivities) +
      REQUESTS.entityOperation * entityOperations;
    measures.push({
      name: `storage requests of a run of ${seconds} s: its orchestration`,
      value: ofDurable,
      unit: '',
      reference: { name: 'its ledger', value: storageRequests },
    });
  }
  return measures;
}
