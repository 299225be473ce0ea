import type { AppWorkerOptions, InvocationResult } from '../worker/app-worker.ts';
import { InProcessWorker } from '../worker/in-process-worker.ts';
import type { RpcParameter, RpcTypedData } from '../worker/rpc-data.ts';

/** A worker that says what it is asked for. */
class RecordingWorker extends InProcessWorker {
  readonly #options: AppWorkerOptions;

  constructor(options: AppWorkerOptions) {
    super(options);
    this.#options = options;
  }

  override async start(): Promise<void> {
    await super.start();
    this.#say('start');
  }

  override invoke(
    name: string,
    inputData: RpcParameter[],
    triggerMetadata: Record<string, RpcTypedData>,
    invocationId: string,
  ): Promise<InvocationResult> {
    this.#say(`invoke ${name} ${inputData.map((input) => input.name).join()} ${invocationId.length}`);
    return super.invoke(name, inputData, triggerMetadata, invocationId);
  }

  override async stop(): Promise<void> {
    this.#say('stop');
    await super.stop();
  }

  #say(message: string): void {
    this.#options.log({ level: 'information', category: 'system', message: `recorded: ${message}` });
  }
}

// oxlint-disable-next-line import/no-default-export -- the contract of --worker
export default function createWorker(options: AppWorkerOptions): RecordingWorker {
  return new RecordingWorker(options);
}
