import { z } from 'zod';
import { hostCall } from './host-call.ts';
import { HostError } from './host-error.ts';
import type { PythonContext } from './python-context.ts';
import type { SecretScope } from '../../secrets.ts';

/** A secret's bytes in base64. */
export const secretsGet = hostCall(z.object({ scope: z.string(), key: z.string() }), ({ scope, key }, context) => {
  const secret = scopeOf(context, scope)[key];
  if (secret === undefined) throw illegalArgument(`Secret does not exist with scope: ${scope} and key: ${key}`);
  const text = Buffer.from(secret.value, 'base64').toString();
  if (text.trim() !== '') context.secretValues.add(text);
  return secret.value;
});

/** The keys of a scope. */
export const secretsList = hostCall(z.object({ scope: z.string() }), ({ scope }, context) =>
  Object.keys(scopeOf(context, scope)),
);

/** The names of all scopes. */
export const secretsListScopes = hostCall(z.object({}), (_arguments, { resources: { secrets } }) => [
  ...secrets.keys(),
]);

function scopeOf({ resources: { secrets } }: PythonContext, scope: string): SecretScope {
  const found = secrets.get(scope);
  if (found === undefined) throw illegalArgument(`Scope ${scope} does not exist`);
  return found;
}

function illegalArgument(message: string): HostError {
  return new HostError('java', message, { class: 'java.lang.IllegalArgumentException' });
}
