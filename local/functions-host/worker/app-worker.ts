import { z } from 'zod';
import type { LogEntry } from '../log.ts';
import type { RpcParameter, RpcTypedData } from './rpc-data.ts';

/** A binding as the app registered it (`type`, `direction`, and what its type knows), with its name. */
export interface Binding {
  name: string;
  type: string;
  direction?: string | number;
  [setting: string]: unknown;
}

/** A function of the app. `trigger` is the one binding whose type ends in "Trigger". */
export interface AppFunction {
  name: string;
  bindings: ReadonlyMap<string, Binding>;
  trigger: Binding;
}

/** What one invocation gave back: the handler's return value and the output bindings it set. */
export interface InvocationResult {
  returnValue?: RpcTypedData | null;
  outputData?: RpcParameter[] | null;
}

/** A function as a worker lists it: bindings by name, or a list of bindings with names; `rawBindings` (each as JSON) say more and win. */
export interface ListedFunction {
  name: string;
  rawBindings?: readonly string[];
  bindings: Record<string, Record<string, unknown>> | readonly Record<string, unknown>[];
}

/**
 * Runs an app's code. Everything else in the host works through this interface and does not know how or in which process the code runs.
 * `functions` and `capabilities` are read after `start()` has resolved; `start()` rejects with an `AppLoadError` (or any error, whose message is shown)
 * when a file of the app cannot be loaded; `invoke()` rejects with the handler's error.
 */
export interface AppWorker {
  readonly functions: Iterable<ListedFunction> | ReadonlyMap<string, ListedFunction>;
  /** Azure Functions worker capabilities; `HttpUri` says that HTTP is streamed through a server of the worker. */
  readonly capabilities: Readonly<Record<string, string>>;
  start(): Promise<void>;
  invoke(
    name: string,
    inputData: RpcParameter[],
    triggerMetadata: Record<string, RpcTypedData>,
    invocationId: string,
  ): Promise<InvocationResult>;
  stop(): Promise<void>;
}

/** What the default export of a `--worker FILE` module is given. `app` is the app's directory. */
export interface AppWorkerOptions {
  app: string;
  log(entry: LogEntry): void;
}

/** Loads an app into a worker. */
export type CreateAppWorker = (options: AppWorkerOptions) => AppWorker | Promise<AppWorker>;

/** A file of the app that could not be loaded; the message says which and why. */
export class AppLoadError extends Error {
  override name = 'AppLoadError';
}

const bindingSchema = z.looseObject({
  name: z.string(),
  type: z.string(),
  direction: z.union([z.string(), z.number()]).optional(),
});

function bindingsOf(listed: ListedFunction): Binding[] {
  if (listed.rawBindings !== undefined && listed.rawBindings.length > 0)
    return listed.rawBindings.map((text) => bindingSchema.parse(JSON.parse(text)) as Binding);
  const list = Array.isArray(listed.bindings)
    ? (listed.bindings as readonly Record<string, unknown>[])
    : Object.entries(listed.bindings).map(([name, binding]) => Object.assign({}, binding, { name }));
  return list.map((binding) => bindingSchema.parse(binding) as Binding);
}

/** The functions a worker listed, by name, bindings checked. @throws `AppLoadError` for a function without exactly one trigger. */
export function readFunctions(worker: AppWorker): Map<string, AppFunction> {
  const functions = new Map<string, AppFunction>();
  const listed = worker.functions instanceof Map ? worker.functions.values() : worker.functions;
  for (const each of listed as Iterable<ListedFunction>) {
    const bindings = bindingsOf(each);
    const triggers = bindings.filter((binding) => /trigger$/i.test(binding.type));
    const [trigger] = triggers;
    if (trigger === undefined || triggers.length > 1)
      throw new AppLoadError(`function "${each.name}" has ${triggers.length} triggers; it needs exactly one`);
    functions.set(each.name, {
      name: each.name,
      bindings: new Map(bindings.map((binding) => [binding.name, binding])),
      trigger,
    });
  }
  return functions;
}

/** Whether the function's trigger is of this type, e.g. "httpTrigger". */
export function isTriggeredBy(fn: AppFunction, type: string): boolean {
  return fn.trigger.type.toLowerCase() === type.toLowerCase();
}

/** The function of this name in any case, as Azure finds it. */
export function findFunction(functions: ReadonlyMap<string, AppFunction>, name: string): AppFunction | undefined {
  const exact = functions.get(name);
  if (exact !== undefined) return exact;
  const lowerCased = name.toLowerCase();
  return [...functions.values()].find((fn) => fn.name.toLowerCase() === lowerCased);
}
