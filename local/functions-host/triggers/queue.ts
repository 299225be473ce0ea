import { setTimeout as sleep } from 'node:timers/promises';
import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { Invoker } from '../invoker.ts';
import { describeError, type Log, systemEntry } from '../log.ts';
import { type RunningTrigger, startEach } from '../running-trigger.ts';
import { durationMs, type QueuesSettings, resolveSettings, storageConnection } from '../settings.ts';
import type { AppFunction } from '../worker/app-worker.ts';
import { decodeMessage, messageInput, messageMetadata, messageTriggerData } from './queue-message.ts';

/** What a queue trigger needs of the host. */
export interface QueueTriggerOptions {
  functions: AppFunction[];
  invoker: Invoker;
  env: NodeJS.ProcessEnv;
  log: Log;
  settings: QueuesSettings;
}

/** How long a message stays hidden while it is worked on; renewed meanwhile. Azure takes ten minutes; here a killed host is back sooner. */
const LEASE_SECONDS = 12;
const RENEWAL_MS = 4_000;
const MINIMUM_POLLING_MS = 100;
const RETRY_OPTIONS = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2_000, tryTimeoutInMs: 30_000 };

function hasStatus(error: unknown, status: number): boolean {
  return (error as { statusCode?: number }).statusCode === status;
}

interface Queues {
  queue: QueueClient;
  /** Undefined for a queue that holds poison messages itself. */
  poison: QueueClient | undefined;
}

/** The library is loaded by the first queue that is listened on: it takes as long as half of the host. */
async function openQueues(connection: string, name: string): Promise<Queues> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const service = QueueServiceClient.fromConnectionString(connection, { retryOptions: RETRY_OPTIONS });
  return {
    queue: service.getQueueClient(name),
    poison: name.endsWith('-poison') ? undefined : service.getQueueClient(`${name}-poison`),
  };
}

/** Listens on one queue for one function. */
class QueueTrigger implements RunningTrigger {
  readonly #fn: AppFunction;
  readonly #options: QueueTriggerOptions;
  readonly #queue: QueueClient;
  readonly #poison: QueueClient | undefined;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #loop: Promise<void> = Promise.resolve();

  constructor(fn: AppFunction, options: QueueTriggerOptions, { queue, poison }: Queues) {
    this.#fn = fn;
    this.#options = options;
    this.#queue = queue;
    this.#poison = poison;
  }

  start(): void {
    this.#loop = this.#listen();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #listen(): Promise<void> {
    const { batchSize, newBatchThreshold = Math.floor(batchSize / 2), maxPollingInterval } = this.#options.settings;
    const maximumPollingMs = Math.max(MINIMUM_POLLING_MS, durationMs(maxPollingInterval));
    let pollingMs = MINIMUM_POLLING_MS;
    while (!this.#stop.signal.aborted) {
      if (this.#running.size > newBatchThreshold) {
        await Promise.race(this.#running);
        continue;
      }
      const messages = await this.#receive(batchSize);
      pollingMs = messages.length > 0 ? MINIMUM_POLLING_MS : Math.min(pollingMs * 2, maximumPollingMs);
      for (const message of messages) this.#begin(message);
      if (messages.length === 0) await this.#pause(pollingMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #receive(batchSize: number): Promise<DequeuedMessageItem[]> {
    try {
      const result = await this.#queue.receiveMessages({
        numberOfMessages: batchSize,
        visibilityTimeout: LEASE_SECONDS,
        abortSignal: this.#stop.signal,
      });
      return result.receivedMessageItems;
    } catch (error) {
      // A queue that is not there yet is an empty one.
      if (!hasStatus(error, 404) && !this.#stop.signal.aborted)
        this.#warn(`cannot read the queue "${this.#queue.name}": ${(error as Error).message}`);
      return [];
    }
  }

  #begin(message: DequeuedMessageItem): void {
    const work = this.#work(message)
      .catch((error: unknown) => {
        this.#warn(`message ${message.messageId} of "${this.#queue.name}": ${(error as Error).message}`);
      })
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #work(message: DequeuedMessageItem): Promise<void> {
    const { settings, invoker } = this.#options;
    const bytes = decodeMessage(message.messageText, settings.messageEncoding);
    if (bytes === undefined || message.dequeueCount > settings.maxDequeueCount) return this.#toPoison(message);
    const text = bytes.toString();
    const lease = { popReceipt: message.popReceipt };
    const renewal = setInterval(() => void this.#renew(message, lease), RENEWAL_MS);
    let isDone = true;
    try {
      await invoker.invoke(this.#fn, {
        input: messageInput(bytes, this.#fn.trigger['dataType']),
        metadata: messageMetadata(message, text),
        triggerData: messageTriggerData(text),
      });
    } catch {
      isDone = false; // The invoker has logged it.
    } finally {
      clearInterval(renewal);
    }
    const held = { ...message, ...lease };
    if (isDone) await this.#queue.deleteMessage(held.messageId, held.popReceipt);
    else if (message.dequeueCount >= settings.maxDequeueCount && this.#poison !== undefined) await this.#toPoison(held);
    else await this.#release(held);
  }

  async #renew(message: DequeuedMessageItem, lease: { popReceipt: string }): Promise<void> {
    try {
      const result = await this.#queue.updateMessage(message.messageId, lease.popReceipt, undefined, LEASE_SECONDS);
      lease.popReceipt = result.popReceipt ?? lease.popReceipt;
    } catch (error) {
      this.#warn(`cannot keep message ${message.messageId} of "${this.#queue.name}": ${(error as Error).message}`);
    }
  }

  async #release(message: DequeuedMessageItem): Promise<void> {
    const seconds = Math.round(durationMs(this.#options.settings.visibilityTimeout) / 1000);
    await this.#queue.updateMessage(message.messageId, message.popReceipt, undefined, seconds);
  }

  async #toPoison(message: DequeuedMessageItem): Promise<void> {
    if (this.#poison === undefined) return;
    await this.#poison.createIfNotExists();
    await this.#poison.sendMessage(message.messageText);
    await this.#queue.deleteMessage(message.messageId, message.popReceipt);
    this.#warn(`message ${message.messageId} of "${this.#queue.name}" went to "${this.#poison.name}"`);
  }

  #warn(message: string): void {
    this.#options.log(systemEntry('warning', message, this.#fn.name));
  }
}

/** Starts listening on the queues of the app. A function whose connection or settings are missing is logged and left out, as on Azure. */
export function startQueueTriggers(options: QueueTriggerOptions): RunningTrigger {
  return startEach(options, 'queueTrigger', (fn) => {
    const connection = storageConnection(fn.trigger['connection'], options.env);
    const name = resolveSettings(String(fn.trigger['queueName']), options.env).toLowerCase();
    const started = openQueues(connection, name).then(
      (queues) => {
        const trigger = new QueueTrigger(fn, options, queues);
        trigger.start();
        return trigger;
      },
      (error: unknown) => {
        options.log(systemEntry('error', `The '${fn.name}' function is in error: ${describeError(error)}`, fn.name));
      },
    );
    return { stop: async () => (await started)?.stop() };
  });
}
