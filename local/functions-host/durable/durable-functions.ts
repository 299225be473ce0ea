import type { ValueConversion } from '../strict.ts';
import type { AppFunction, InvocationResult } from '../worker/app-worker.ts';
import type { RpcTypedData } from '../worker/rpc-data.ts';

/** The app's durable functions by lower-cased name. */
export interface DurableFunctions {
  orchestrators: ReadonlyMap<string, AppFunction>;
  activities: ReadonlyMap<string, AppFunction>;
  entities: ReadonlyMap<string, AppFunction>;
}

/** What the engine needs of the host to run a durable function. */
export interface DurableInvoker {
  /** Runs a function with its trigger's input. @throws the handler's error. */
  invoke(
    fn: AppFunction,
    input: RpcTypedData,
    more?: { metadata?: Record<string, RpcTypedData>; triggerData?: unknown },
  ): Promise<InvocationResult>;
  readonly conversion: ValueConversion;
  /** App settings. */
  readonly env: NodeJS.ProcessEnv;
  log(level: 'debug' | 'warning' | 'error', message: string, functionName?: string): void;
}

function namedBy(functions: Iterable<AppFunction>, type: string, setting: string): Map<string, AppFunction> {
  const named = new Map<string, AppFunction>();
  for (const fn of functions) {
    if (fn.trigger.type.toLowerCase() !== type) continue;
    const name = fn.trigger[setting];
    named.set((typeof name === 'string' ? name : fn.name).toLowerCase(), fn);
  }
  return named;
}

/** Sorts out the durable ones of the app's functions; a trigger may give its function another name. */
export function readDurableFunctions(functions: Iterable<AppFunction>): DurableFunctions {
  const all = [...functions];
  return {
    orchestrators: namedBy(all, 'orchestrationtrigger', 'orchestration'),
    activities: namedBy(all, 'activitytrigger', 'activity'),
    entities: namedBy(all, 'entitytrigger', 'entityName'),
  };
}
