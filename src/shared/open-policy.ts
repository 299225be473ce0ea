import type { DocumentLocation } from './config/document-location.ts';
import type { Documents } from './documents.ts';
import { Policy } from './policy/policy.ts';
import type { Log } from './telemetry/log.ts';

/** Where the rules in force are read. */
export interface PolicySource {
  /** The rules that are in force. @throws {ConfigError} while they have never been usable since the start */
  current(): Policy;
}

/**
 * What callers may do: the rules of `POLICY_FILE`, read again as the documents are; without it the log says what is
 * open.
 */
export function openPolicy(location: DocumentLocation | undefined, documents: Documents, log: Log): PolicySource {
  if (location !== undefined) {
    return documents.open('POLICY_FILE', location, async () => {
      const { policySchema } = await import('./policy/policy-schema.ts');
      return policySchema.transform((document) => new Policy(document));
    });
  }
  log.info('policy.none', {
    effect: "every caller may run everything, and read and stop everybody's runs; statements that write are refused",
  });
  const policy = new Policy();
  return { current: () => policy };
}
