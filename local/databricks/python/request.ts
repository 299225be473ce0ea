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
