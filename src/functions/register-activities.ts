import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { AppContext } from '../shared/context.ts';
import { durableClient, runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import type { RunOrchestrations } from '../shared/durable/run-orchestrations.ts';
import { openContext } from '../shared/open-context.ts';
import { logged } from '../shared/telemetry/logged.ts';
import type { Activities } from '../shared/workflow/activities.ts';

/** What carries out an activity. `orchestrations` reaches the Durable client of the invocation. */
export type ActivityHandler<Name extends keyof Activities> = (
  context: AppContext,
  input: Activities[Name]['input'],
  orchestrations: RunOrchestrations,
) => Promise<Activities[Name]['output']>;

/** What carries out each of these activities; `load` is asked with each invocation, and loads with the first. */
type ActivityLoaders<Name extends keyof Activities> = {
  [Each in Name]: () => Promise<ActivityHandler<Each>>;
};

/** Registers activities under the types that the orchestrations call them by. */
export function registerActivities<Name extends keyof Activities>(loaders: ActivityLoaders<Name>): void {
  for (const name of Object.keys(loaders) as Name[]) {
    const load = loaders[name];
    df.app.activity(name, {
      extraInputs: [durableClient],
      handler: logged(
        name,
        openContext,
        async (input: Activities[Name]['input'], invocation: InvocationContext) => {
          const [context, handler] = await Promise.all([openContext(), load()]);
          return handler(context, input, runOrchestrationsOf(invocation));
        },
        runOf,
      ),
    });
  }
}

/** What finds the lines of a run in the log. */
function runOf(input: Activities[keyof Activities]['input']) {
  return typeof input === 'object' && 'key' in input ? { run: input.key.id } : {};
}
