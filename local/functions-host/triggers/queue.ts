import type { RunningTrigger } from '../host.ts';
import type { Invoker } from '../invoker.ts';
import { type Log } from '../log.ts';
import type { QueuesSettings } from '../settings.ts';
import type { AppFunction } from '../worker/app-worker.ts';
export interface QueueTriggerOptions {
  functions: AppFunction[];
  invoker: Invoker;
  env: NodeJS.ProcessEnv;
  log: Log;
  settings: QueuesSettings;
}
export function startQueueTriggers(_options: QueueTriggerOptions): RunningTrigger {
  return { stop: async () => {} };
}
