import type { LogEntry, LogLevel } from '../log.ts';

/**
 * The `@azure/functions-core` module that Microsoft's libraries expect from their host.
 * Contract: azure-functions-nodejs-library `types-core/index.d.ts`; behaviour: azure-functions-nodejs-worker `src/coreApi`, `src/hooks`.
 */
export interface CoreApi {
  version: string;
  hostVersion: string;
  Disposable: typeof Disposable;
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
  registerHook(name: string, callback: HookCallback): Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  getProgrammingModel(): ProgrammingModel | undefined;
  log(level: LogLevel, category: string, message: string): void;
}

/** A function as the programming model registers it. */
export interface FunctionMetadata {
  name: string;
  functionId?: string;
  bindings: Record<string, Record<string, unknown>>;
  retryOptions?: unknown;
}

/** The handler of a function. */
export type FunctionCallback = (...args: unknown[]) => unknown;
/** The handler of a hook. */
export type HookCallback = (context: Record<string, unknown>) => unknown;

/** What `@azure/functions` registers itself as. */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: unknown): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    defaults: Record<string, string>,
  ): Record<string, string> | undefined | Promise<Record<string, string> | undefined>;
}

/** Turns an invocation's data into a handler's arguments, and its result back. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<unknown>;
}

/** A function and its handler. */
export interface RegisteredFunction {
  name: string;
  metadata: FunctionMetadata;
  bindings: Record<string, Record<string, unknown>>;
  callback: FunctionCallback;
}

const HOOK_NAMES = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'] as const;
/** The hooks of the programming model. */
export type HookName = (typeof HOOK_NAMES)[number];

/** The `Disposable` of `@azure/functions-core`: `from` disposes several. */
export class Disposable {
  readonly #dispose: () => void;
  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }
  static from(...parts: { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) part.dispose();
    });
  }
  dispose(): void {
    this.#dispose();
  }
}

/** What the app has registered so far. */
export class Registrations {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly hooks: Record<HookName, HookCallback[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  readonly appHookData: Record<string, unknown> = {};
  model: ProgrammingModel | undefined;
  locked = false;

  /** Runs the hooks of one kind in order; `context` is what each is given. */
  async runHooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const hook of this.hooks[name]) await hook(context);
  }

  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.locked) throw new Error('A function can only be registered during app startup.');
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
    const bindings = Object.fromEntries(
      Object.entries(metadata.bindings).map(([name, binding]) => [name, { ...binding, name }]),
    );
    this.functions.set(id, { name: metadata.name, metadata: { ...metadata, functionId: id }, bindings, callback });
    return new Disposable(() => this.functions.delete(id));
  }

  registerHook(name: string, callback: HookCallback): Disposable {
    const known = HOOK_NAMES.find((each) => each === name);
    if (known === undefined)
      throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
    const list = this.hooks[known];
    list.push(callback);
    return new Disposable(() => {
      const index = list.indexOf(callback);
      if (index >= 0) list.splice(index, 1);
    });
  }
}

/** The module object for one app. */
export function createCoreApi(registrations: Registrations, log: (entry: LogEntry) => void): CoreApi {
  return {
    version: '3.12.0',
    hostVersion: '4.1044.400.0',
    Disposable,
    registerFunction: (metadata, callback) => registrations.registerFunction(metadata, callback),
    registerHook: (name, callback) => registrations.registerHook(name, callback),
    setProgrammingModel: (model) => {
      registrations.model = model;
    },
    getProgrammingModel: () => registrations.model,
    log: (level, category, message) => log({ level, category, message }),
  };
}
