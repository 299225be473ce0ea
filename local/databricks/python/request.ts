/** What a worker is asked to run. */
export interface PythonRequest {
  kind: 'notebook' | 'file';
  /** Path, for `sys.argv[0]` and tracebacks. */
  name: string;
  cells: string[];
  /** Widgets of a notebook. */
  parameters: Record<string, string>;
  /** `sys.argv[1:]` of a file. */
  arguments: string[];
  /** Task values that earlier tasks of the run have set, by task key. */
  taskValues: Record<string, Record<string, unknown>>;
  maxLogCharacters: number;
  /** `time.sleep` takes emulated seconds. */
  timeScale: number;
}

/** How it ended; without `error` it succeeded. */
export interface PythonOutcome {
  /** The value of `dbutils.notebook.exit`. */
  result?: string;
  error?: string;
  errorTrace?: string;
  taskValues: Record<string, unknown>;
  logs: string;
  logsTruncated: boolean;
}

/** What a worker starts from. */
export interface WorkerSetup {
  /** The memory of an interpreter that has just been loaded: starting from it takes a tenth of the time. */
  snapshot: Uint8Array | undefined;
}

/** What a worker says: once that it is ready, then how each request ended. */
export type WorkerMessage = { ready: true; snapshot: Uint8Array | undefined } | { outcome: PythonOutcome };
