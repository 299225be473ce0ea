import type { PythonOutcome } from './request.ts';

/** What stands in an output in place of a secret. @see https://learn.microsoft.com/azure/databricks/security/secrets/redaction */
const REDACTED = '[REDACTED]';

/** An outcome whose texts show none of these secrets. */
export function redacted(outcome: PythonOutcome, secrets: ReadonlySet<string>): PythonOutcome {
  if (secrets.size === 0) return outcome;
  // A secret within another one would leave the rest of the longer one.
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  const clean = (text: string) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  const { result, error, errorTrace, logs } = outcome;
  return {
    ...outcome,
    logs: clean(logs),
    ...(result === undefined ? {} : { result: clean(result) }),
    ...(error === undefined ? {} : { error: clean(error) }),
    ...(errorTrace === undefined ? {} : { errorTrace: clean(errorTrace) }),
  };
}
