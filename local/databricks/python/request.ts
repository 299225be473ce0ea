import type { MessagePort } from 'node:worker_threads';

/** What a worker is asked to run. */
export interface PythonRequest {
  kind: 'notebook' | 'file';
  /** Workspace path: of the notebook, or `sys.argv[0]` of the file. */
  name: string;
  cells: string[];
  /** Widgets of a notebook. */
  parameters: Record<string, string>;
  /** `sys.argv[1:]` of a file. */
  arguments: string[];
  /** Task values that earlier tasks of the run have set, by task key; null where task values are not to be had. */
  taskValues: Record<string, Record<string, unknown>> | null;
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

/** Folders of this machine that notebooks see as `/dbfs` and `/Volumes`. */
export interface PythonFolders {
  dbfs: string;
  volumes: string;
}

/** Something that Python asks of the emulator while it waits: a query, a secret, another notebook. */
export interface PythonCall {
  method: string;
  arguments: unknown;
}

/** What came of a call; `kind` of an error decides the exception that Python throws. */
export type PythonReply = { value: unknown } | { error: { kind: string; message: string; [detail: string]: unknown } };

/** What a worker starts from. */
export interface WorkerSetup {
  /** The memory of an interpreter that has just been loaded: starting from it takes a tenth of the time. */
  snapshot: Uint8Array | undefined;
  folders: PythonFolders;
  /** Brings the reply to a call, after which `replied` is set to 1. */
  replies: MessagePort;
  replied: SharedArrayBuffer;
}

/** What a worker says: once that it is ready, its calls, then how each request ended. */
export type WorkerMessage =
  | { ready: true; snapshot: Uint8Array | undefined }
  | { call: PythonCall }
  | { outcome: PythonOutcome };
