import { DatabricksTooLateError, DatabricksUnavailableError } from '../../src/shared/databricks/errors.ts';
import { errorOfResponse } from '../../src/shared/databricks/response-error.ts';
import { withRetries } from '../../src/shared/databricks/retry.ts';
import type { DatabricksRequest, Transport } from '../../src/shared/databricks/transport.ts';
import { parseJson } from '../../src/shared/json.ts';

/** The process that sent a request has ended before it had the answer. */
export class ProcessEndedError extends Error {}

/** A clock that moves when somebody waits on it. */
export interface SimulatedClock {
  nowMs: number;
}

export type Result = 'SUCCESS' | 'INTERNAL_ERROR' | 'RUN_EXECUTION_ERROR' | 'USER_CANCELED';

interface Work {
  /** Of a run its idempotency token, of a repair its id. */
  id: string;
  startedAtMs: number;
  endsAtMs: number;
  result: Result;
}

export interface SimulatedRun {
  runId: string;
  /** The run itself, then its repairs. */
  works: Work[];
  cancelRequested: boolean;
}

/** What becomes of one request. */
export type Fate =
  | 'answered'
  /** It never arrives, and no response comes. */
  | 'dropped'
  /** It is carried out, and the answer is lost. */
  | 'lost'
  /** It arrives when nobody waits for its answer any more. */
  | 'slow'
  | 'killed before'
  | 'killed after'
  | { status: number; body: string; retryAfter?: string };

export interface SimulatedOptions {
  clock: SimulatedClock;
  /** In [0, 1). */
  random: () => number;
  fate: (operation: string) => Fate;
  /** How many tasks each run has. */
  tasks: number;
  result: () => Result;
}

const SLOWEST_MS = 40_000;
const TIMEOUT_MS = 30_000;

/** The Jobs API in memory, with the gateway's own retry rules before it: what arrives makes runs that go on by the clock. */
export class SimulatedDatabricks implements Transport {
  readonly runs = new Map<string, SimulatedRun>();
  readonly #options: SimulatedOptions;
  #onTheirWay: { atMs: number; request: DatabricksRequest }[] = [];
  #ids = 1_000;

  constructor(options: SimulatedOptions) {
    this.#options = options;
  }

  /** Makes a run by hand. */
  add(runId: string, work: Work): void {
    this.runs.set(runId, { runId, works: [work], cancelRequested: false });
  }

  /** Lets requests arrive whose time has come; with `all`, whatever is on its way. */
  arrive(all = false): void {
    const due = this.#onTheirWay.filter(({ atMs }) => all || atMs <= this.#options.clock.nowMs);
    this.#onTheirWay = this.#onTheirWay.filter((sent) => !due.includes(sent));
    for (const { request } of due) this.#carryOut(request);
  }

  isActive({ works }: SimulatedRun): boolean {
    return (works.at(-1)?.endsAtMs ?? 0) > this.#options.clock.nowMs;
  }

  async request(operation: string, request: DatabricksRequest): Promise<unknown> {
    const { clock, random } = this.#options;
    return withRetries(() => this.#attempt(operation, request), {
      isSafe: request.isSafe ?? request.method === 'GET',
      budgetMs: request.budgetMs ?? 60_000,
      now: () => clock.nowMs,
      sleep: async (ms) => {
        await this.#pause();
        clock.nowMs += ms;
      },
      random,
      onRetry: () => undefined,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is open.
  }

  async #attempt(operation: string, request: DatabricksRequest): Promise<unknown> {
    const { clock, random } = this.#options;
    await this.#pause();
    this.arrive();
    if (clock.nowMs > (request.notAfterMs ?? Infinity)) throw new DatabricksTooLateError({ operation });
    const fate = this.#options.fate(operation);
    if (fate === 'killed before') throw new ProcessEndedError(operation);
    if (typeof fate === 'object') throw this.#refusal(operation, fate);
    if (fate === 'dropped') throw new DatabricksUnavailableError({ operation, networkCode: 'ECONNRESET' });
    if (fate === 'slow') {
      this.#onTheirWay.push({ atMs: clock.nowMs + random() * SLOWEST_MS, request });
      clock.nowMs += TIMEOUT_MS;
      throw new DatabricksUnavailableError({ operation, networkCode: 'TIMEOUT' });
    }
    const answer = this.#carryOut(request);
    clock.nowMs += Math.floor(random() * 300);
    await this.#pause();
    if (fate === 'killed after') throw new ProcessEndedError(operation);
    if (fate === 'lost') throw new DatabricksUnavailableError({ operation, networkCode: 'ECONNRESET' });
    if (answer.status !== 200) throw this.#refusal(operation, answer);
    return parseJson(answer.body);
  }

  #refusal(operation: string, { status, body, retryAfter }: { status: number; body: string; retryAfter?: string }) {
    const header = (name: string) => (name === 'retry-after' ? retryAfter : undefined);
    const nowMs = this.#options.clock.nowMs;
    return errorOfResponse(operation, { status, header, text: body }, { nowMs, secret: '' });
  }

  /** Lets others, who work at the same time, go on. */
  async #pause(): Promise<void> {
    for (let turns = Math.floor(this.#options.random() * 8); turns > 0; turns--) await Promise.resolve();
  }

  #carryOut({ path, body, query }: DatabricksRequest): { status: number; body: string } {
    const asked = (body === undefined ? (query ?? {}) : parseJson(body)) as Record<string, unknown>;
    const operation = path.slice(path.indexOf('jobs/') + 'jobs/'.length);
    switch (operation) {
      case 'runs/submit':
      case 'run-now':
        return json({ run_id: this.#create(asked['idempotency_token'] as string).runId });
      case 'runs/repair':
        return this.#repair(String(asked['run_id']), asked['latest_repair_id'] as number | undefined);
      case 'runs/cancel':
        return this.#cancel(String(asked['run_id']));
      case 'runs/get':
        return json(this.#read(String(asked['run_id'])));
      case 'runs/get-output':
        return json({ notebook_output: { result: 'done' } });
      case 'get':
        return json({ job_id: 7, settings: { tasks: this.#taskKeys().map((key) => ({ task_key: key })) } });
      default:
        throw new Error(`Nobody simulates ${operation}.`);
    }
  }

  #create(token: string): SimulatedRun {
    const known = [...this.runs.values()].find(({ works }) => works[0]?.id === token);
    if (known !== undefined) return known;
    const run = { runId: String(this.#ids++), works: [this.#work(token)], cancelRequested: false };
    this.runs.set(run.runId, run);
    return run;
  }

  #repair(runId: string, latestRepairId: number | undefined): { status: number; body: string } {
    const run = this.#run(runId);
    const latest = run.works.length > 1 ? run.works.at(-1)?.id : undefined;
    if (this.isActive(run)) return refused('INVALID_STATE', 'The run is active.');
    if (latest !== latestRepairId?.toString())
      return refused('INVALID_PARAMETER_VALUE', 'The latest_repair_id is another.');
    run.cancelRequested = false;
    run.works.push(this.#work(String(this.#ids++)));
    return json({ repair_id: Number(run.works.at(-1)?.id) });
  }

  #cancel(runId: string): { status: number; body: string } {
    const run = this.#run(runId);
    const work = run.works.at(-1);
    if (work !== undefined && this.isActive(run)) {
      run.cancelRequested = true;
      const endsAtMs = Math.ceil(this.#options.clock.nowMs + this.#options.random() * 3_000);
      if (endsAtMs < work.endsAtMs) Object.assign(work, { endsAtMs, result: 'USER_CANCELED' });
    }
    return json({});
  }

  #read(runId: string): unknown {
    const run = this.#run(runId);
    const [first, ...repairs] = run.works;
    const latest = repairs.at(-1) ?? first;
    const firstTaskId = Number(runId) * 1_000 + run.works.length * 100;
    const tasks = this.#taskKeys().map((key, index) =>
      Object.assign(this.#state(latest), { task_key: key, run_id: firstTaskId + index }),
    );
    const history = repairs.map((work) => Object.assign(this.#state(work), { type: 'REPAIR', id: Number(work.id) }));
    const startedAtMs = first?.startedAtMs;
    return { run_id: Number(runId), ...this.#state(latest), start_time: startedAtMs, tasks, repair_history: history };
  }

  #state(work: Work | undefined) {
    const { startedAtMs, endsAtMs, result } = work ?? this.#work('');
    const isActive = endsAtMs > this.#options.clock.nowMs;
    const type = result === 'SUCCESS' ? 'SUCCESS' : result === 'INTERNAL_ERROR' ? 'INTERNAL_ERROR' : 'CLIENT_ERROR';
    const details = { code: result, type, message: '' };
    const status = isActive ? { state: 'RUNNING' } : { state: 'TERMINATED', termination_details: details };
    return { status, start_time: startedAtMs, end_time: isActive ? 0 : endsAtMs };
  }

  #run(runId: string): SimulatedRun {
    const run = this.runs.get(runId);
    if (run === undefined) throw new Error(`There is no run ${runId}.`);
    return run;
  }

  #work(id: string): Work {
    const { clock, random, result } = this.#options;
    const startedAtMs = Math.ceil(clock.nowMs);
    return { id, startedAtMs, endsAtMs: startedAtMs + Math.ceil(random() * 120_000), result: result() };
  }

  #taskKeys(): string[] {
    return Array.from({ length: this.#options.tasks }, (_, index) => `task${index}`);
  }
}

function json(body: unknown) {
  return { status: 200, body: JSON.stringify(body) };
}

function refused(code: string, message: string) {
  return { status: 400, body: JSON.stringify({ error_code: code, message }) };
}
