import { AsyncLocalStorage } from 'node:async_hooks';

type Fields = Readonly<Record<string, unknown>>;

const scope = new AsyncLocalStorage<Fields>();

/**
 * Runs something on behalf of a run, a request or an invocation: whatever is logged meanwhile, however deep, carries
 * these fields, unless it says otherwise itself. Returns what it returns.
 */
export function inLogScope<Result>(fields: Fields, run: () => Result): Result {
  return scope.run({ ...scope.getStore(), ...fields }, run);
}

/** The fields of the scopes that this is within. */
export function logScope(): Fields {
  return scope.getStore() ?? {};
}
