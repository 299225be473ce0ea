import type { RecordBatch } from 'apache-arrow';
import type { Clock } from '../../clock.ts';
import type { Engine } from '../../sql/engine/engine.ts';
import type { Execution } from '../../sql/engine/execution.ts';
import type { Plan } from '../../sql/engine/plan.ts';
import type { Session } from '../../sql/engine/session.ts';
import { SqlError } from '../../sql/sql-error.ts';
import { textReader, type ReadText, type TextStyle } from '../../sql/arrow/value-text.ts';
import { HostError } from './host-error.ts';

/** Rows of a query as Databricks' texts; nested values are JSON. `type` is the column's type in a Spark schema. */
export interface QueryResult {
  columns: { name: string; type: unknown }[];
  rows: (string | null)[][];
}

const BATCH_ROWS = 20_000;
const BATCH_BYTES = 8 * 1024 * 1024;
/** What a driver of the emulator holds of one result. */
const MAX_RESULT_CHARACTERS = 64 * 1024 * 1024;
/** An idle session of the warehouse ends after half an hour, that of a notebook lives as long as the notebook. */
const KEEP_ALIVE_MS = 10 * 60_000;

/** A notebook's own session of the SQL warehouse, opened by its first query. */
export class SparkSession implements AsyncDisposable {
  readonly #engine: Engine | undefined;
  readonly #clock: Clock;
  readonly #running = new Set<Execution>();
  #opened: Promise<Session> | undefined;
  #stopKeepingAlive = () => {};

  constructor(engine: Engine | undefined, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** @throws HostError `unsupported` in an emulator without a SQL warehouse */
  async session(): Promise<Session> {
    const engine = this.#requireEngine();
    this.#opened ??= engine.sessions.open({}).then((session) => {
      this.#keepAlive(engine, session.id);
      return session;
    });
    return this.#opened;
  }

  /**
   * Runs a statement and collects its rows.
   * @throws HostError `sql` with the statement's own error
   */
  async execute(statement: string | Plan, style: TextStyle = 'iso'): Promise<QueryResult> {
    const session = await this.session();
    await using execution = this.#requireEngine().execute({ statement, parameters: [], session, timeoutSeconds: 0 });
    this.#running.add(execution);
    try {
      await execution.settled;
      if (execution.error !== undefined) throw execution.error;
      return await collect(execution, style);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      throw new HostError('sql', error.message, { errorClass: error.errorClass, sqlState: error.sqlState });
    } finally {
      this.#running.delete(execution);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopKeepingAlive();
    for (const execution of this.#running) execution.cancel();
    const session = await this.#opened;
    if (session !== undefined) await this.#engine?.sessions.close(session.id);
  }

  #requireEngine(): Engine {
    if (this.#engine === undefined)
      throw new HostError('unsupported', 'spark: it was started without its SQL warehouse');
    return this.#engine;
  }

  #keepAlive(engine: Engine, id: string): void {
    this.#stopKeepingAlive = this.#clock.at(this.#clock.now() + KEEP_ALIVE_MS, () => {
      engine.sessions.touch(id);
      this.#keepAlive(engine, id);
    });
  }
}

async function collect(execution: Execution, style: TextStyle): Promise<QueryResult> {
  const { rows: stream } = execution;
  if (stream === undefined) return { columns: [], rows: [] };
  const rows: QueryResult['rows'] = [];
  let characters = 0;
  do {
    const batch = await execution.next(BATCH_ROWS, BATCH_BYTES);
    const readers = readersOf(batch, stream.columns, style);
    for (let row = 0; row < batch.numRows; row++) {
      const texts = readers.map((read) => read(row));
      characters += texts.reduce((total, text) => total + (text?.length ?? 0), 0);
      if (characters > MAX_RESULT_CHARACTERS)
        throw new HostError('unsupported', `results of more than ${MAX_RESULT_CHARACTERS} characters in one notebook`);
      rows.push(texts);
    }
  } while (!stream.isDone);
  return { columns: stream.columns.map(({ name, type }) => ({ name, type: type.json })), rows };
}

function readersOf(
  batch: RecordBatch,
  columns: NonNullable<Execution['rows']>['columns'],
  style: TextStyle,
): ReadText[] {
  return columns.map(({ type }, index) => {
    const data = batch.data.children[index];
    if (data === undefined) throw new TypeError('A column has no values.');
    return textReader(type, data, style);
  });
}
