import { signal } from '@preact/signals';
import { send } from '../../api/gateway.ts';
import { RequestError, type Problem } from '../../api/problem.ts';
import { RowStore } from './row-store.ts';
import type { StatementParameter } from './statement-parameters.ts';

/** The body of `POST /api/sql`. */
export interface SqlRequest {
  statement: string;
  parameters?: StatementParameter[];
  workspace?: string;
  catalog?: string;
  schema?: string;
}

/** How a query stands. `kept`: the page keeps no more rows, and has stopped the statement. */
export type QueryState = 'running' | 'done' | 'kept' | 'canceled' | 'failed';

/** Rows are counted on the page so often. */
const SHOWN_EVERY_MS = 100;

/** A statement that was sent, and the rows that have come of it. */
export class Query {
  readonly rows = new RowStore();
  readonly request: SqlRequest;
  readonly state = signal<QueryState>('running');
  /** How many rows are shown; more may be here. */
  readonly count = signal(0);
  readonly problem = signal<Problem | undefined>(undefined);
  readonly tookMs = signal<number | undefined>(undefined);
  readonly #abort = new AbortController();

  constructor(request: SqlRequest) {
    this.request = request;
  }

  /** Stops the statement; the rows that have come stay. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Sends the statement and reads its rows until they end. */
  async run(): Promise<void> {
    const begunMs = performance.now();
    try {
      const response = await send('sql', {
        method: 'POST',
        body: this.request,
        headers: { accept: 'application/x-ndjson' },
        signal: this.#abort.signal,
      });
      this.state.value = await this.#read(response);
    } catch (error) {
      this.#fail(error);
    }
    this.count.value = this.rows.count;
    this.tookMs.value = performance.now() - begunMs;
  }

  async #read(response: Response): Promise<QueryState> {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let shownMs = 0;
    for (;;) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) return 'done';
      this.rows.add(piece.value);
      if (this.rows.isFull) {
        this.cancel();
        return 'kept';
      }
      const nowMs = performance.now();
      if (nowMs - shownMs < SHOWN_EVERY_MS) continue;
      shownMs = nowMs;
      this.count.value = this.rows.count;
    }
  }

  #fail(error: unknown): void {
    if (this.#abort.signal.aborted) {
      this.state.value = 'canceled';
      return;
    }
    this.state.value = 'failed';
    this.problem.value = error instanceof RequestError ? error.problem : this.#brokenOff();
  }

  /** A stream that fails after its first byte ends with a line that says why, and is cut. */
  #brokenOff(): Problem {
    const last = this.rows.row(this.rows.count - 1);
    const said = last !== undefined && Object.keys(last).length === 1 ? last['error'] : undefined;
    const { code, detail, message } = (typeof said === 'object' && said !== null ? said : {}) as Record<
      string,
      unknown
    >;
    if (said !== undefined) this.rows.dropLast();
    return {
      status: 502,
      code: typeof code === 'string' ? code : 'RESULT_CUT',
      title: 'The result is not whole',
      detail: [detail, message].find((each) => typeof each === 'string') ?? 'The connection ended before the last row.',
      errors: [],
      requestId: undefined,
    };
  }
}
