import { errorOfResponse } from '../../src/shared/databricks/response-error.ts';
import type { DatabricksRequest, Transport } from '../../src/shared/databricks/transport.ts';
import { parseJson } from '../../src/shared/json.ts';

interface VirtualRun {
  runId: number;
  name: string;
  startedAtMs: number;
  endsAtMs: number;
}

/** What becomes of a run: when it is at work after its creation, and when it has ended. */
export interface VirtualWorkspaceOptions {
  now: () => number;
  /** How long a run takes from its creation to its end. */
  durationMs: (runName: string) => number;
  /** Called once for each run, at its creation. */
  onCreated?: (run: { runId: string; endsAtMs: number }) => void;
}

/** A run is seen at work so long after its creation. */
const STARTS_AFTER_MS = 1_000;
const MAX_PAGE = 25;
const OUTAGE = { status: 503, header: () => undefined, text: '' };

/** The Jobs API of a workspace whose runs go by a clock; it counts its calls by operation. */
export class VirtualWorkspace implements Transport {
  readonly calls: Record<string, number> = {};
  /** The most calls of an operation within any second, wherever it begins. */
  readonly peaks: Record<string, number> = {};
  readonly runs: VirtualRun[] = [];
  /** Refuses every call while it is set. */
  isDown = false;
  /** What it responds, or an error, in the place of what it would; undefined where nothing is wrong. */
  fault: ((operation: string, asked: Readonly<Record<string, unknown>>) => unknown) | undefined;
  readonly #options: VirtualWorkspaceOptions;
  readonly #byToken = new Map<string, VirtualRun>();
  readonly #byId = new Map<string, VirtualRun>();
  /** When the calls of the last second were, by operation. */
  readonly #lastSecond = new Map<string, number[]>();
  #active: VirtualRun[] = [];

  constructor(options: VirtualWorkspaceOptions) {
    this.#options = options;
  }

  /** Makes a run that the gateway knows nothing of. */
  add(name: string, durationMs: number): VirtualRun {
    const nowMs = this.#options.now();
    const run = { runId: 1_000_000 + this.runs.length, name, startedAtMs: nowMs, endsAtMs: nowMs + durationMs };
    this.runs.push(run);
    this.#byId.set(String(run.runId), run);
    this.#active.push(run);
    return run;
  }

  run(runId: string): VirtualRun | undefined {
    return this.#byId.get(runId);
  }

  async request(operation: string, request: DatabricksRequest): Promise<unknown> {
    this.#count(operation);
    if (this.isDown) throw errorOfResponse(operation, OUTAGE, { nowMs: this.#options.now(), secret: '' });
    const asked = (request.body === undefined ? (request.query ?? {}) : parseJson(request.body)) as Record<
      string,
      string | number | undefined
    >;
    const fault = this.fault?.(operation, asked);
    if (fault instanceof Error) throw fault;
    return parseJson(JSON.stringify(fault ?? this.#carryOut(operation, asked)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is open.
  }

  #count(operation: string): void {
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    const nowMs = this.#options.now();
    const times = (this.#lastSecond.get(operation) ?? []).filter((atMs) => atMs > nowMs - 1_000);
    times.push(nowMs);
    this.#lastSecond.set(operation, times);
    this.peaks[operation] = Math.max(this.peaks[operation] ?? 0, times.length);
  }

  #carryOut(operation: string, asked: Record<string, string | number | undefined>): unknown {
    switch (operation) {
      case 'runs/submit':
        return { run_id: this.#create(String(asked['idempotency_token']), String(asked['run_name'])).runId };
      case 'runs/get':
        return this.#read(this.#byId.get(String(asked['run_id'])));
      case 'runs/get-output':
        return { notebook_output: { result: 'done' } };
      case 'runs/list':
        return this.#list(asked);
      default:
        throw new Error(`Nobody simulates ${operation}.`);
    }
  }

  #create(token: string, name: string): VirtualRun {
    const known = this.#byToken.get(token);
    if (known !== undefined) return known;
    const run = this.add(name, this.#options.durationMs(name));
    this.#byToken.set(token, run);
    this.#options.onCreated?.({ runId: String(run.runId), endsAtMs: run.endsAtMs });
    return run;
  }

  #read(run: VirtualRun | undefined): unknown {
    if (run === undefined) throw new Error('There is no such run.');
    const state = this.#state(run);
    return { run_id: run.runId, ...state, tasks: [{ run_id: run.runId * 10, task_key: 'main', ...state }] };
  }

  /** As `runs/list` with `active_only`: newest first, 25 a page; the token says how many have been listed. */
  #list(asked: Record<string, string | number | undefined>): unknown {
    const nowMs = this.#options.now();
    this.#active = this.#active.filter(({ endsAtMs }) => endsAtMs > nowMs);
    const from = Number(asked['start_time_from'] ?? 0);
    const to = Number(asked['start_time_to'] ?? Infinity);
    const listed = this.#active.filter(({ startedAtMs }) => startedAtMs >= from && startedAtMs <= to).toReversed();
    const skip = Number(asked['page_token'] ?? 0);
    const limit = Math.min(Number(asked['limit'] ?? MAX_PAGE), MAX_PAGE);
    const runs = listed.slice(skip, skip + limit).map((run) => this.#read(run));
    return { runs, ...(skip + limit < listed.length ? { next_page_token: String(skip + limit) } : {}) };
  }

  #state({ startedAtMs, endsAtMs }: VirtualRun) {
    const nowMs = this.#options.now();
    const isActive = endsAtMs > nowMs;
    const state = nowMs < startedAtMs + STARTS_AFTER_MS ? 'PENDING' : 'RUNNING';
    const details = { code: 'SUCCESS', type: 'SUCCESS', message: '' };
    const status = isActive ? { state } : { state: 'TERMINATED', termination_details: details };
    return { status, start_time: startedAtMs, end_time: isActive ? 0 : endsAtMs };
  }
}
