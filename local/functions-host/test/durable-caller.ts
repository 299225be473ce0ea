import { setTimeout as sleep } from 'node:timers/promises';

/** An orchestration's status, as the webhooks give it. */
export interface Status {
  name: string;
  instanceId: string;
  runtimeStatus: string;
  createdTime: string;
  lastUpdatedTime: string;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  historyEvents?: Record<string, unknown>[];
}

const ENDED = new Set(['Completed', 'Failed', 'Terminated', 'Canceled']);

/** Calls a host's Durable webhooks. */
export class DurableCaller {
  readonly #host: { readonly url: string; readonly key?: string };

  /** `key` is the one to present; without one none is. */
  constructor(host: { readonly url: string; readonly key?: string }) {
    this.#host = host;
  }

  webhook(path: string, init?: RequestInit): Promise<Response> {
    const { url, key } = this.#host;
    const headers = {
      ...(init?.headers as Record<string, string> | undefined),
      ...(key ? { 'x-functions-key': key } : {}),
    };
    return fetch(`${url}/runtime/webhooks/durabletask/${path}`, { ...init, headers });
  }

  async start(name: string, input?: unknown, id = ''): Promise<string> {
    const response = await this.webhook(`orchestrators/${name}/${id}`, {
      method: 'POST',
      body: JSON.stringify(input) ?? '',
    });
    if (response.status !== 202) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  }

  async status(id: string, query = ''): Promise<Status> {
    const response = await this.webhook(`instances/${id}?${query}`);
    return (await response.json()) as Status;
  }

  /** Polls until `isReached`; rejects after `timeoutMs` with the last status. */
  async until(id: string, isReached: (status: Status) => boolean, timeoutMs = 20_000): Promise<Status> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const status = await this.status(id);
      if (isReached(status)) return status;
      if (Date.now() > deadline) throw new Error(`${id} is still ${JSON.stringify(status)}`);
      await sleep(20);
    }
  }

  end(id: string, timeoutMs?: number): Promise<Status> {
    return this.until(id, (status) => ENDED.has(status.runtimeStatus), timeoutMs);
  }

  /** Runs an orchestration to its end. */
  async run(name: string, input?: unknown): Promise<Status> {
    return this.end(await this.start(name, input));
  }

  async raise(id: string, event: string, data: unknown): Promise<number> {
    const response = await this.webhook(`instances/${id}/raiseEvent/${event}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
    return response.status;
  }

  async command(id: string, verb: string): Promise<number> {
    return (await this.webhook(`instances/${id}/${verb}`, { method: 'POST' })).status;
  }
}
