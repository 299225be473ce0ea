import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { loadPyodide } from 'pyodide';
import type { PythonOutcome, PythonRequest, WorkerMessage, WorkerSetup } from './request.ts';

// The body of a worker thread: loads Pyodide once, says so, and then runs one request at a time.
const port = parentPort;
if (!port) throw new Error('worker.ts runs as a worker thread.');
const send = (message: WorkerMessage) => port.postMessage(message);

const { snapshot } = workerData as WorkerSetup;
const pyodide = await loadPyodide({
  stdin: () => null,
  ...(snapshot ? { _loadSnapshot: snapshot } : { _makeSnapshot: true }),
});
const fresh = snapshot ? undefined : pyodide.makeMemorySnapshot();
pyodide.runPython(readFileSync(new URL('runtime.py', import.meta.url), 'utf8'), { filename: '<runtime>' });
const globals = pyodide.globals as unknown as { get(name: string): unknown };
const run = globals.get('run') as (request: string, sleep: (seconds: number) => void) => string;
const never = new Int32Array(new SharedArrayBuffer(4));

port.on('message', (request: PythonRequest) => {
  // Blocking the thread is the point: Python's sleep is synchronous, and `terminate()` ends even this wait.
  const sleep = (seconds: number) => void Atomics.wait(never, 0, 0, (seconds * 1_000) / request.timeScale);
  send({ outcome: JSON.parse(run(JSON.stringify(request), sleep)) as PythonOutcome });
});
send({ ready: true, snapshot: fresh });
