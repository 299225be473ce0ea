import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type net from 'node:net';
import { inspect } from 'node:util';
import type { LogEntry } from '../log.ts';
import type { AppWorker, AppWorkerOptions, InvocationResult, ListedFunction } from './app-worker.ts';
import { AppLoadError } from './app-worker.ts';
import { createCoreApi, type RegisteredFunction, Registrations } from './core-api.ts';
import { loadApp } from './load-app.ts';
import { listenOnLoopback } from './loopback-listen.ts';
import type { RpcParameter, RpcTypedData } from './rpc-data.ts';

/** The capabilities Azure's Node worker offers before the programming model adds its own. */
const DEFAULT_CAPABILITIES = {
  RawHttpBodyBytes: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  RpcHttpBodyOnly: 'true',
  IgnoreEmptyValuedRpcHttpHeaders: 'true',
  UseNullableValueDictionaryForHttp: 'true',
  WorkerStatus: 'true',
  TypedDataCollection: 'true',
  HandlesWorkerTerminateMessage: 'true',
};

/** What a handler threw that is not an error. */
function textOf(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : inspect(thrown);
}

/** A new W3C trace context for an invocation. */
function traceParent(): string {
  const hex = (randomUUID() + randomUUID()).replaceAll('-', '');
  return `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-00`;
}

/** Runs the app's code in this process, on Microsoft's own libraries, as Azure's Node worker does in its own. */
export class InProcessWorker implements AppWorker {
  readonly functions = new Map<string, ListedFunction>();
  capabilities: Record<string, string> = {};
  readonly #app: string;
  readonly #sink: (entry: LogEntry) => void;
  readonly #registrations = new Registrations();
  readonly #byName = new Map<string, RegisteredFunction>();
  #servers: net.Server[] = [];

  constructor(options: AppWorkerOptions) {
    this.#app = options.app;
    this.#sink = (entry) => options.log(entry);
  }

  /** Loads the app. @throws `AppLoadError`. */
  async start(): Promise<void> {
    const registrations = this.#registrations;
    await loadApp(
      this.#app,
      createCoreApi(registrations, (entry) => this.#log(entry)),
    );
    await registrations.runHooks('appStart', {
      hookData: {},
      appHookData: registrations.appHookData,
      functionAppDirectory: this.#app,
    });
    const { model } = registrations;
    if (model === undefined) throw new AppLoadError(`the app in ${this.#app} does not load @azure/functions`);
    const { result, servers } = await listenOnLoopback(async () => await model.getCapabilities?.(DEFAULT_CAPABILITIES));
    registrations.locked = true;
    this.capabilities = result ?? {};
    this.#servers = servers;
    // The host forwards to this server over a pool of kept connections: neither side may end them on its own clock.
    for (const server of servers)
      if (server instanceof http.Server) Object.assign(server, { requestTimeout: 0, keepAliveTimeout: 0 });
    for (const fn of registrations.functions.values()) {
      this.#byName.set(fn.name, fn);
      this.functions.set(fn.name, { name: fn.name, bindings: fn.bindings });
    }
  }

  async invoke(
    name: string,
    inputData: RpcParameter[],
    triggerMetadata: Record<string, RpcTypedData>,
    invocationId: string,
  ): Promise<InvocationResult> {
    const fn = this.#byName.get(name);
    const { model, appHookData } = this.#registrations;
    if (fn === undefined || model === undefined) throw new Error(`function "${name}" is not registered`);
    const core = {
      invocationId,
      request: {
        invocationId,
        functionId: fn.metadata.functionId,
        inputData,
        triggerMetadata,
        traceContext: { traceParent: traceParent(), traceState: '', attributes: {} },
      },
      metadata: { ...fn.metadata, bindings: fn.bindings },
      state: undefined as string | undefined,
      log: (level: LogEntry['level'], category: string, message: string) =>
        this.#log({ level, category, message, functionName: fn.name, invocationId }),
    };
    const invocation = await model.getInvocationModel(core);
    const { context, inputs } = await invocation.getArguments();
    const shared = { hookData: {}, appHookData, invocationContext: context };
    const before = { ...shared, functionCallback: fn.callback, inputs };
    core.state = 'preInvocationHooks';
    await this.#registrations.runHooks('preInvocation', before);
    const after = {
      ...shared,
      inputs: before.inputs,
      result: undefined as unknown,
      error: undefined as unknown,
    };
    core.state = 'invocation';
    try {
      after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error ?? new Error('the handler threw nothing');
    }
    core.state = 'postInvocationHooks';
    await this.#registrations.runHooks('postInvocation', after);
    core.state = undefined;
    if (after.error != null) throw after.error instanceof Error ? after.error : new Error(textOf(after.error));
    return (await invocation.getResponse(context, after.result)) as InvocationResult;
  }

  async stop(): Promise<void> {
    try {
      await this.#registrations.runHooks('appTerminate', {
        hookData: {},
        appHookData: this.#registrations.appHookData,
      });
    } finally {
      for (const server of this.#servers) {
        server.close();
        if (server instanceof http.Server) server.closeAllConnections();
      }
    }
  }

  #log(entry: LogEntry): void {
    const context = {
      ...entry,
      hookData: {},
      appHookData: this.#registrations.appHookData,
      invocationContext: undefined,
    };
    for (const hook of this.#registrations.hooks.log) {
      try {
        hook(context);
      } catch {
        // As on Azure, a log hook that throws loses nothing but its own effect.
      }
    }
    this.#sink({ ...entry, level: context.level, category: context.category, message: context.message });
  }
}
