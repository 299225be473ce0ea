import type { Answer, Gateway } from './gateway.ts';

/** What an HTTP action of a workflow sends. */
export interface HttpInputs {
  method: string;
  uri: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * An action of a Logic Apps workflow definition with its expressions filled in: those that the samples have, as
 * `@{workflow().run.name}`. An expression without a value is an error.
 */
export function filledIn<Action>(action: Action, values: Readonly<Record<string, string>>): Action {
  const text = JSON.stringify(action).replaceAll(/@\{([^}]+)\}/g, (_all, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`The workflow has no value for ${expression}.`);
    return JSON.stringify(value).slice(1, -1);
  });
  return JSON.parse(text) as Action;
}

/** The engine waits so long where a response does not say. */
const DEFAULT_RETRY_AFTER_SECONDS = 20;

/**
 * An HTTP action as the engine of Logic Apps carries it out: while the status is 202 it asks at `Location`, after
 * `Retry-After` seconds; any other status is the end, and fails the action where it is an error. `wait` is given the
 * seconds and that address. @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-api-app#async-pattern
 */
export async function httpAction(
  gateway: Gateway,
  { method, uri, headers, body }: HttpInputs,
  wait: (seconds: number, location: string) => Promise<void>,
): Promise<{ status: 'Succeeded' | 'Failed'; last: Answer; polls: number }> {
  let last = await gateway.send(method, uri, body, headers);
  let polls = 0;
  for (let { location } = last.headers; last.status === 202; location = last.headers['location'] ?? location) {
    if (location === undefined) throw new Error('A 202 without a Location cannot be polled.');
    await wait(Number(last.headers['retry-after'] ?? DEFAULT_RETRY_AFTER_SECONDS), location);
    last = await gateway.get(location);
    polls++;
  }
  return { status: last.status < 400 ? 'Succeeded' : 'Failed', last, polls };
}
