import { MessageChannel, Worker } from 'node:worker_threads';
import type { PythonCall, PythonFolders, PythonOutcome, PythonReply, PythonRequest, WorkerMessage } from './request.ts';
import type { WorkerSetup } from './request.ts';

/** A request for an interpreter, and who is to hear of it. */
export interface PythonJob {
  request: PythonRequest;
  /** Another job waits for this one, so it may not queue behind others. */
  isNested: boolean;
  /** A worker has taken the job: it runs from now. */
  onStarted(): void;
  /** Python waits for the reply. */
  onCall(call: PythonCall): Promise<PythonReply>;
  onFinished(outcome: PythonOutcome): void;
  /** The interpreter itself broke down. */
  onCrashed(error: Error): void;
}

interface InterpreterEvents {
  onReady(snapshot: Uint8Array | undefined): void;
  /** The job has ended, and another may be run. */
  onIdle(): void;
  onExit(failure: Error | undefined): void;
}

/** One Python interpreter in a worker thread. */
export class Interpreter {
  isReady = false;
  job: PythonJob | undefined;
  readonly #worker: Worker;
  readonly #channel = new MessageChannel();
  readonly #replied = new Int32Array(new SharedArrayBuffer(4));

  constructor(snapshot: Uint8Array | undefined, folders: PythonFolders, events: InterpreterEvents) {
    const setup: WorkerSetup = {
      snapshot,
      folders,
      replies: this.#channel.port2,
      replied: this.#replied.buffer,
    };
    this.#worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: setup,
      transferList: [this.#channel.port2],
    });
    let failure: Error | undefined;
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message, events));
    this.#worker.on('error', (error: Error) => {
      failure = error;
    });
    this.#worker.on('exit', () => {
      this.#channel.port1.close();
      events.onExit(failure);
    });
  }

  run(job: PythonJob): void {
    this.job = job;
    job.onStarted();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(job.request);
  }

  async terminate(): Promise<void> {
    this.job = undefined;
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage, events: InterpreterEvents): void {
    if ('ready' in message) {
      this.isReady = true;
      events.onReady(message.snapshot);
      return;
    }
    const { job } = this;
    if ('call' in message) {
      void job?.onCall(message.call).then((reply) => this.#reply(job, reply));
      return;
    }
    this.job = undefined;
    job?.onFinished(message.outcome);
    events.onIdle();
  }

  #reply(job: PythonJob, reply: PythonReply): void {
    if (this.job !== job) return;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#channel.port1.postMessage(reply);
    Atomics.store(this.#replied, 0, 1);
    Atomics.notify(this.#replied, 0);
  }
}
