import type { Binding } from '../worker/app-worker.ts';
import type { RpcTypedData } from '../worker/rpc-data.ts';

/** What an output binding is written with, besides its data. */
export interface OutputContext {
  env: NodeJS.ProcessEnv;
  messageEncoding: string;
  triggerData: unknown;
}

/** Writes what an invocation put out to one binding. @throws when storage does. */
export type WriteOutput = (binding: Binding, data: RpcTypedData, context: OutputContext) => Promise<void>;
