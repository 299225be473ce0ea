import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { AppContext } from '../shared/context.ts';
import { openContext } from '../shared/create-context.ts';
import type { RunOrchestrations } from '../shared/durable/run-orchestrations.ts';
import { logged } from '../shared/telemetry/logged.ts';
import type { Activities } from '../shared/workflow/activities.ts';
import { durableClient, runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** What carries out each of these activities. `orchestrations` reaches the Durable client of the invocation. */
export type ActivityHandlers<Name extends keyof Activities> = {
  [Each in Name]: (
    context: AppContext,
    input: Activities[Each]['input'],
    orchestrations: RunOrchestrations,
  ) => Promise<Activities[Each]['output']>;
};

/** Registers activities under the types that the orchestrations call them by. */
export function registerActivities<Name extends keyof Activities>(handlers: ActivityHandlers<Name>): void {
  for (const name of Object.keys(handlers) as Name[]) {
    const handler = handlers[name];
    df.app.activity(name, {
      extraInputs: [durableClient],
      handler: logged(
        name,
        openContext,
        async (input: Activities[Name]['input'], invocation: InvocationContext) =>
          handler(openContext(), input, runOrchestrationsOf(invocation)),
        runOf,
      ),
    });
  }
}

/** What finds the lines of a run in the log. */
function runOf(input: Activities[keyof Activities]['input']) {
  return typeof input === 'object' && 'key' in input ? { run: input.key.id } : {};
}
