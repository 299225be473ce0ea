import { Worker } from 'node:worker_threads';
import type { PythonOutcome, PythonRequest, WorkerMessage, WorkerSetup } from './request.ts';

interface PythonJob {
  request: PythonRequest;
  /** A worker has taken the job: it runs from now. */
  onStarted(): void;
  onFinished(outcome: PythonOutcome): void;
  /** The interpreter itself broke down. */
  onCrashed(error: Error): void;
}

/** Python interpreters in worker threads. */
export interface PythonPool extends AsyncDisposable {
  /** Runs a job as soon as a worker is free; the returned function stops it, even in an endless loop. */
  run(job: PythonJob): () => void;
}

const maxWorkers = 4;
/** A job that has waited so long gets an interpreter more: short notebooks share one, sleeping ones do not block the rest. */
const growAfterMs = 250;
const failedStartsAllowed = 3;

/** Of the first interpreter that this process has loaded; all later ones start from it. */
let snapshot: Uint8Array | undefined;

/** A warm pool keeps one interpreter ready, which takes 2-3 s to load; more join while jobs wait. Stopping a job ends its worker, and another takes its place. */
export function createPythonPool({ warm }: { warm: boolean }): PythonPool {
  const waiting = new Set<PythonJob>();
  const workers = new Set<Interpreter>();
  let failedStarts = 0;
  let closed = false;
  let growing: NodeJS.Timeout | undefined;

  function dispatch(): void {
    for (const interpreter of workers) {
      const [job] = waiting;
      if (!job) return;
      if (!interpreter.ready || interpreter.job) continue;
      waiting.delete(job);
      interpreter.job = job;
      job.onStarted();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      interpreter.worker.postMessage(job.request);
    }
  }

  /** Keeps one interpreter ready, or one for the first job; adds another if jobs wait while all are busy. */
  function fill(): void {
    if (closed) return;
    if (workers.size === 0 && (waiting.size > 0 || (warm && failedStarts < failedStartsAllowed))) start();
    if (waiting.size > 0) growing ??= setTimeout(grow, growAfterMs);
  }

  function grow(): void {
    growing = undefined;
    const allBusy = [...workers].every(({ job }) => job);
    if (waiting.size > 0 && allBusy && workers.size < maxWorkers) start();
    fill();
  }

  function start(): void {
    const interpreter: Interpreter = {
      worker: new Worker(new URL('worker.ts', import.meta.url), { workerData: { snapshot } satisfies WorkerSetup }),
      ready: false,
      job: undefined,
    };
    workers.add(interpreter);
    let failure: Error | undefined;
    interpreter.worker.on('message', (message: WorkerMessage) => {
      if ('ready' in message) {
        failedStarts = 0;
        interpreter.ready = true;
        snapshot ??= message.snapshot;
      } else {
        const { job } = interpreter;
        interpreter.job = undefined;
        job?.onFinished(message.outcome);
      }
      dispatch();
    });
    interpreter.worker.on('error', (error: Error) => {
      failure = error;
    });
    interpreter.worker.on('exit', () => onExit(interpreter, failure));
  }

  function onExit(interpreter: Interpreter, failure: Error | undefined): void {
    // Not one of ours any more: it was stopped.
    if (!workers.delete(interpreter)) return;
    const error = failure ?? new Error('The Python interpreter ended unexpectedly.');
    if (!interpreter.ready) snapshot = undefined;
    if (!interpreter.ready && ++failedStarts >= failedStartsAllowed) {
      for (const job of waiting) job.onCrashed(error);
      waiting.clear();
    }
    interpreter.job?.onCrashed(error);
    fill();
  }

  fill();
  return {
    run(job) {
      waiting.add(job);
      dispatch();
      fill();
      return () => {
        waiting.delete(job);
        for (const interpreter of workers) {
          if (interpreter.job !== job) continue;
          interpreter.job = undefined;
          workers.delete(interpreter);
          void interpreter.worker.terminate();
        }
        fill();
      };
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(growing);
      waiting.clear();
      await Promise.all([...workers].map(({ worker }) => worker.terminate()));
    },
  };
}

interface Interpreter {
  worker: Worker;
  ready: boolean;
  job: PythonJob | undefined;
}
