import type { Clock } from '../../clock.ts';
import type { SecretScopes } from '../../secrets.ts';
import type { Engine } from '../../sql/engine/engine.ts';
import type { WorkspaceFiles } from '../../workspace-files.ts';
import type { PythonPool } from '../pool.ts';
import type { PythonOutcome, PythonRequest } from '../request.ts';
import { SparkSession } from './spark-session.ts';

/** What notebooks run with. */
export interface PythonResources {
  clock: Clock;
  files: WorkspaceFiles;
  python: PythonPool;
  secrets: SecretScopes;
  /** What runs the statements of the SQL warehouse, if the emulator has one. */
  sql: Engine | undefined;
}

/** The notebook or file that an interpreter runs. */
export interface PythonSource {
  kind: PythonRequest['kind'];
  path: string;
  text: string;
  parameters: Record<string, string>;
  arguments: string[];
}

/** What a run of Python is started with. */
export interface PythonStart {
  source: PythonSource;
  /** See {@link PythonRequest}. */
  taskValues: PythonRequest['taskValues'];
  onStarted(): void;
  onFinished(outcome: PythonOutcome): void;
  onCrashed(error: Error): void;
}

/** Runs a notebook or a file with what its context offers; the returned function ends it and all that it holds. */
type StartPython = (context: PythonContext, start: PythonStart) => () => void;

/** What one running notebook or file may ask of the emulator, and what it holds there. */
export class PythonContext implements AsyncDisposable {
  readonly resources: PythonResources;
  readonly start: StartPython;
  /** How many notebooks are above it. */
  readonly depth: number;
  readonly spark: SparkSession;
  /** Texts that no output shows, of this notebook and those that it has run. */
  readonly secretValues: Set<string>;
  readonly #nested = new Set<() => void>();

  constructor(resources: PythonResources, start: StartPython, parent?: PythonContext) {
    this.resources = resources;
    this.start = start;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.secretValues = parent?.secretValues ?? new Set();
    this.spark = new SparkSession(resources.sql, resources.clock);
  }

  /** The context of a notebook that this one runs. */
  child(): PythonContext {
    return new PythonContext(this.resources, this.start, this);
  }

  /** Something that ends with this notebook at the latest; the returned function says that it has ended by itself. */
  own(stop: () => void): () => void {
    this.#nested.add(stop);
    return () => this.#nested.delete(stop);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#nested) stop();
    await this.spark[Symbol.asyncDispose]();
  }
}
