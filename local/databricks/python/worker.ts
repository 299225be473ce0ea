import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { loadPyodide } from 'pyodide';
import type { PythonOutcome, PythonReply, PythonRequest, WorkerMessage, WorkerSetup } from './request.ts';
import { installRuntime } from './runtime-files.ts';

// The body of a worker thread: loads Pyodide once, says so, and then runs one request at a time.
const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread.');
const send = (message: WorkerMessage) => port.postMessage(message);

const { snapshot, folders, replies, replied } = workerData as WorkerSetup;
const hasReply = new Int32Array(replied);
const never = new Int32Array(new SharedArrayBuffer(4));
let timeScale = 1;

type Call = (method: string, argumentsJson: string) => string;
type Sleep = (seconds: number) => void;
type Run = (request: string, call: Call, sleep: Sleep) => string;

const pyodide = await loadPyodide({
  // By itself it looks into a stack trace, where a path loses its parentheses.
  indexURL: dirname(fileURLToPath(import.meta.resolve('pyodide'))),
  stdin: () => null,
  ...(snapshot !== undefined ? { _loadSnapshot: snapshot } : { _makeSnapshot: true }),
});
// The memory of a snapshot holds the runtime already.
if (snapshot === undefined) installRuntime(pyodide);
// The state of its random numbers is in it too.
else pyodide.runPython('import random; random.seed()');
const fresh = snapshot !== undefined ? undefined : pyodide.makeMemorySnapshot();
pyodide.mountNodeFS('/dbfs', folders.dbfs);
pyodide.mountNodeFS('/Volumes', folders.volumes);
const run = pyodide.runPython('from emulator.main import run; run') as Run;
const reset = pyodide.runPython('from emulator.isolation import reset; reset') as () => void;

/** Python is synchronous, so the thread blocks until the emulator has replied; `terminate()` ends even this wait. */
function call(method: string, argumentsJson: string): string {
  Atomics.store(hasReply, 0, 0);
  send({ call: { method, arguments: JSON.parse(argumentsJson) as unknown } });
  Atomics.wait(hasReply, 0, 0);
  const received = receiveMessageOnPort(replies);
  return JSON.stringify(received?.message as PythonReply);
}

function sleep(seconds: number): void {
  Atomics.wait(never, 0, 0, (seconds * 1_000) / timeScale);
}

port.on('message', (request: PythonRequest) => {
  ({ timeScale } = request);
  send({ outcome: JSON.parse(run(JSON.stringify(request), call, sleep)) as PythonOutcome });
  reset();
});
send({ ready: true, snapshot: fresh });
