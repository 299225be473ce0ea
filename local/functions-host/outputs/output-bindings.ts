import { type Log, systemEntry } from '../log.ts';
import type { AppFunction } from '../worker/app-worker.ts';
import type { RpcParameter, RpcTypedData } from '../worker/rpc-data.ts';
import { writeBlob } from './blob.ts';
import { sendToQueue } from './queue.ts';
import type { WriteOutput } from './write-output.ts';

const writers: Record<string, WriteOutput> = { queue: sendToQueue, blob: writeBlob };

/** What output bindings are written with. */
export interface OutputBindingsOptions {
  log: Log;
  env: NodeJS.ProcessEnv;
  messageEncoding: string;
}

/** Carries out output bindings: queues and blobs. Those of other types are logged and dropped. */
export class OutputBindings {
  readonly #options: OutputBindingsOptions;

  constructor(options: OutputBindingsOptions) {
    this.#options = options;
  }

  /** Writes what an invocation put out. @throws when storage does. */
  async write(
    fn: AppFunction,
    outputs: readonly RpcParameter[],
    returnValue: RpcTypedData | null | undefined,
    triggerData: unknown,
  ): Promise<void> {
    for (const { name, data } of [...outputs, { name: '$return', data: returnValue }]) {
      const binding = fn.bindings.get(name);
      if (binding === undefined || data == null || binding.type.toLowerCase() === 'http') continue;
      const write = writers[binding.type.toLowerCase()];
      const { log, env, messageEncoding } = this.#options;
      if (write !== undefined) await write(binding, data, { env, messageEncoding, triggerData });
      else
        log(
          systemEntry(
            'warning',
            `the output binding "${name}" of type "${binding.type}" is not supported by this host; its value is dropped`,
            fn.name,
          ),
        );
    }
  }
}
