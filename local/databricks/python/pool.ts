import { Interpreter, type PythonJob } from './interpreter.ts';
import type { PythonFolders } from './request.ts';
import { SnapshotFile } from './snapshot-file.ts';

/** Python interpreters in worker threads. */
export interface PythonPool extends AsyncDisposable {
  /** Runs a job as soon as a worker is free; the returned function stops it, even in an endless loop. */
  run(job: PythonJob): () => void;
}

const MAX_WORKERS = 4;
/** A job that has waited so long gets an interpreter more: short notebooks share one, sleeping ones do not block the rest. */
const GROW_AFTER_MS = 250;
const FAILED_STARTS_ALLOWED = 3;

/** How many interpreters wait, and what they see of the disk. */
export interface PythonPoolOptions {
  /** Whether one interpreter is kept ready. */
  warm: boolean;
  folders: PythonFolders;
  /** What interpreters start from. @default the one of this installation */
  snapshots?: SnapshotFile;
}

const snapshotsOfInstallation = new SnapshotFile();

/**
 * A warm pool keeps one interpreter ready, which takes 2-3 s to load where no snapshot of one is kept; more join while
 * jobs wait. Stopping a job ends its worker, and another takes its place. Nested jobs go first and have interpreters
 * beyond the limit: the job that waits for one holds its own meanwhile.
 */
export function createPythonPool(options: PythonPoolOptions): PythonPool {
  const { warm, folders, snapshots = snapshotsOfInstallation } = options;
  const waiting = new Set<PythonJob>();
  const workers = new Set<Interpreter>();
  let failedStarts = 0;
  let closed = false;
  let growing: NodeJS.Timeout | undefined;

  const nextJob = (): PythonJob | undefined => [...waiting].find(({ isNested }) => isNested) ?? [...waiting][0];
  const limit = (): number => MAX_WORKERS + countNested(waiting) + countNested([...workers].map(({ job }) => job));

  function dispatch(): void {
    for (const interpreter of workers) {
      const job = nextJob();
      if (job === undefined) return;
      if (!interpreter.isReady || interpreter.job !== undefined) continue;
      waiting.delete(job);
      interpreter.run(job);
    }
  }

  /** Keeps one interpreter ready, or one for the first job; adds another if jobs wait while all are busy. */
  function fill(): void {
    if (closed) return;
    if (workers.size === 0 && (waiting.size > 0 || (warm && failedStarts < FAILED_STARTS_ALLOWED))) start();
    if (nextJob()?.isNested === true) grow();
    else if (waiting.size > 0) growing ??= setTimeout(grow, GROW_AFTER_MS);
  }

  function grow(): void {
    clearTimeout(growing);
    growing = undefined;
    const allBusy = [...workers].every(({ job }) => job !== undefined);
    if (waiting.size > 0 && allBusy && workers.size < limit()) start();
    if (waiting.size > 0) growing = setTimeout(grow, GROW_AFTER_MS);
  }

  function start(): void {
    const interpreter = new Interpreter(snapshots.read(), folders, {
      onReady(fresh) {
        failedStarts = 0;
        if (fresh !== undefined) snapshots.write(fresh);
        dispatch();
      },
      onIdle() {
        if (waiting.size === 0 && workers.size > MAX_WORKERS) {
          workers.delete(interpreter);
          void interpreter.terminate();
        }
        dispatch();
      },
      onExit(failure) {
        // One that was stopped is no longer in the set.
        if (workers.delete(interpreter)) onExit(interpreter, failure);
      },
    });
    workers.add(interpreter);
  }

  function onExit(interpreter: Interpreter, failure: Error | undefined): void {
    const error = failure ?? new Error('The Python interpreter ended unexpectedly.');
    if (!interpreter.isReady) snapshots.remove();
    if (!interpreter.isReady && ++failedStarts >= FAILED_STARTS_ALLOWED) {
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
          workers.delete(interpreter);
          void interpreter.terminate();
        }
        fill();
      };
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(growing);
      waiting.clear();
      const ending = [...workers].map((interpreter) => interpreter.terminate());
      workers.clear();
      await Promise.all(ending);
    },
  };
}

function countNested(jobs: Iterable<PythonJob | undefined>): number {
  return [...jobs].filter((job) => job?.isNested === true).length;
}
