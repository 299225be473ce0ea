import { randomUUID } from 'node:crypto';
import { describeError, type HttpExchange, type Log, systemEntry } from './log.ts';
import type { OutputBindings } from './outputs/output-bindings.ts';
import type { AppFunction, AppWorker, InvocationResult } from './worker/app-worker.ts';
import type { RpcParameter, RpcTypedData } from './worker/rpc-data.ts';

/** One invocation of a function. */
export interface Invocation {
  input: RpcTypedData;
  metadata?: Record<string, RpcTypedData>;
  invocationId?: string;
  /** What `{name}` in an output binding's path refers to. */
  triggerData?: unknown;
  /** Durable functions run often: their successes are logged at debug level, and an orchestrator's failures by the engine. */
  logged?: 'all' | 'failures' | 'nothing';
}

/** What invocations need of the host. */
export interface InvokerOptions {
  worker: AppWorker;
  log: Log;
  outputs: OutputBindings;
}

function isDurableClient(type: string): boolean {
  return /^(durableClient|orchestrationClient)$/i.test(type);
}

/** Runs functions: adds the durable client's input, logs begin and end, carries out the output bindings, counts what is going on. */
export class Invoker {
  /** Set once the Durable endpoints are known. */
  durableClient: RpcTypedData | undefined;
  readonly #worker: AppWorker;
  readonly #log: Log;
  readonly #outputs: OutputBindings;
  #running = 0;

  constructor({ worker, log, outputs }: InvokerOptions) {
    this.#worker = worker;
    this.#log = log;
    this.#outputs = outputs;
  }

  get running(): number {
    return this.#running;
  }

  /** Logs for the developer, as an error, something that Azure would not do. */
  warn(functionName: string, message: string): void {
    this.#log(systemEntry('error', message, functionName));
  }

  /** Logs a request of a function, once its response has been sent or its client is gone. */
  logRequest(functionName: string, invocationId: string, request: HttpExchange): void {
    const { method, path, status, durationMs } = request;
    const message = `${method} ${path} ${status === 0 ? 'aborted' : status} after ${durationMs} ms`;
    this.#log({ ...systemEntry('information', message, functionName, invocationId), request });
  }

  /** @throws the handler's error, or that of an output binding that could not be written. */
  async invoke(fn: AppFunction, invocation: Invocation): Promise<InvocationResult> {
    const { input, metadata = {}, invocationId = randomUUID(), triggerData, logged = 'all' } = invocation;
    const startedMs = performance.now();
    const end = (outcome: string): string =>
      `Executed 'Functions.${fn.name}' (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - startedMs)}ms)`;
    const level = logged === 'all' ? 'information' : 'debug';
    this.#running++;
    try {
      this.#log(systemEntry(level, `Executing 'Functions.${fn.name}' (Id=${invocationId})`, fn.name, invocationId));
      const result = await this.#worker.invoke(fn.name, this.#inputs(fn, input), metadata, invocationId);
      await this.#outputs.write(fn, result.outputData ?? [], result.returnValue, triggerData);
      this.#log(systemEntry(level, end('Succeeded'), fn.name, invocationId));
      return result;
    } catch (error) {
      if (logged !== 'nothing')
        this.#log(systemEntry('error', `${end('Failed')} ${describeError(error)}`, fn.name, invocationId));
      throw error;
    } finally {
      this.#running--;
    }
  }

  #inputs(fn: AppFunction, input: RpcTypedData): RpcParameter[] {
    const inputs: RpcParameter[] = [{ name: fn.trigger.name, data: input }];
    for (const [name, binding] of fn.bindings) {
      if (this.durableClient === undefined || !isDurableClient(binding.type)) continue;
      inputs.push({ name, data: this.durableClient });
    }
    return inputs;
  }
}
