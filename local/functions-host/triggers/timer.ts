import type { Store } from '../durable/store.ts';
import type { RunningTrigger } from '../host.ts';
import type { Invoker } from '../invoker.ts';
import { type Log } from '../log.ts';
import type { AppFunction } from '../worker/app-worker.ts';
export interface TimerTriggerOptions {
  functions: AppFunction[];
  invoker: Invoker;
  env: NodeJS.ProcessEnv;
  log: Log;
  store: Store;
  now(): number;
}
export function startTimerTriggers(_options: TimerTriggerOptions): RunningTrigger {
  return { stop: async () => {} };
}
