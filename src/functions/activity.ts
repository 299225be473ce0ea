import * as df from 'durable-functions';
import { openApp } from '../shared/app.ts';
import { logged } from '../shared/telemetry/logged.ts';
import type { Activities } from '../shared/workflow/steps.ts';

/** Registers an activity under the types that the orchestrations call it by. */
export function activity<Name extends keyof Activities>(
  name: Name,
  handler: (input: Activities[Name]['input']) => Promise<Activities[Name]['output']>,
): void {
  df.app.activity(name, { handler: logged(name, openApp, handler) });
}
