import { Agent, request } from 'undici';
import { readFileSync } from 'node:fs';
import type { Stack } from '../../local/stack.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents by the names of the contract
  body: any;
}

export const SEED = {
  run_name: 'Test_Run_postman',
  existing_cluster_id: '0101-000000-local00',
  notebook_task: { notebook_path: '/Shared/test_notebook', base_parameters: { key: 'test_key' } },
  timeout_seconds: 30,
};

/** What the emulated workspace knows of a run, as far as tests look at it. */
export interface DatabricksRun {
  run_id: number;
  idempotency_token: string;
  start_time: number;
  /** 0 until it has ended. */
  end_time: number;
  result_state: string | null;
}

/**
 * A task that runs no code: it begins at once, takes `seconds` and ends as its parameters say. Tasks of other durations are
 * other work, so that what the gateway expects of one is not what it has seen of others on the same stack.
 */
export function simulated(seconds: number, parameters: Record<string, string> = {}) {
  return {
    existing_cluster_id: '0101-000000-local00',
    notebook_task: {
      notebook_path: `/Simulated/work-${seconds}-s`,
      base_parameters: { seconds: String(seconds), setup_seconds: '0', ...parameters },
    },
  };
}

/** The gateway of a stack as its callers see it, and the control planes of the emulators behind it. */
export class Gateway {
  readonly #stack: Stack;
  readonly #agent: Agent;

  constructor(stack: Stack) {
    this.#stack = stack;
    this.#agent = new Agent({ connect: { ca: readFileSync(stack.caFile, 'utf8') } });
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const url = path.startsWith('http') ? path : `${this.#stack.url}${path}`;
    return this.#request(method, url, body, headers);
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  /** Submits a run; answers its id. */
  async submit(body: unknown, headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.post('/api/runs', body, headers);
    if (answer.status !== 202) throw new Error(`Expected 202, got ${answer.status}: ${answer.text}`);
    return String(answer.body.id);
  }

  /** Waits for the end of a run; answers the result document. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  async result(id: string, waitMs = 60_000): Promise<any> {
    const untilMs = Date.now() + waitMs;
    while (Date.now() < untilMs) {
      const answer = await this.get(`/api/runs/${id}/result`, { prefer: 'wait=10' });
      if (answer.status === 200) return answer.body;
      if (answer.status !== 202) throw new Error(`Expected 200 or 202, got ${answer.status}: ${answer.text}`);
    }
    throw new Error(`The run ${id} has not ended within ${waitMs} ms: ${(await this.get(`/api/runs/${id}`)).text}`);
  }

  /** Waits until the run document fits. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  async until(id: string, fits: (document: any) => boolean, waitMs = 30_000): Promise<any> {
    const untilMs = Date.now() + waitMs;
    // The gateway waits for what is new, which may have come before it was asked.
    for (let headers = {}; ; headers = { prefer: 'wait=1' }) {
      const { body } = await this.get(`/api/runs/${id}`, headers);
      if (fits(body)) return body;
      if (Date.now() > untilMs) throw new Error(`The run never came to that: ${JSON.stringify(body)}`);
    }
  }

  /** A call to the control plane of an emulator: `databricks`, `vault`, `identity`, `storage` or `eventGrid`. */
  async control(
    emulator: 'databricks' | 'vault' | 'identity' | 'storage' | 'eventGrid',
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    const url = `${this.#stack[emulator].url}/_emulator/${path}`;
    return this.#request(method, url, body, { authorization: `Bearer ${this.#stack.token}` });
  }

  /** The runs at Databricks that were made of a run, one an attempt, in the order of their starts. */
  async databricksRuns(id: string): Promise<DatabricksRun[]> {
    const { body } = await this.control('databricks', 'GET', `runs?idempotency_token=${id}`);
    return body.runs.toSorted((left: DatabricksRun, right: DatabricksRun) => left.start_time - right.start_time);
  }

  /** How many requests of an operation the workspace has answered so far, whatever the status. */
  async operations(name: string): Promise<Record<string, number>> {
    const { body } = await this.control('databricks', 'GET', 'requests');
    return (body.operations[name] ?? {}) as Record<string, number>;
  }

  async #request(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await request(url, {
      method: method as 'GET',
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: text }),
      dispatcher: this.#agent,
    });
    const received = await answer.body.text();
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
      text: received,
      body: parsed(received),
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
