import type { IncomingEvent } from './event.ts';

/** How the gateway's own events begin, as it publishes them of its runs. */
const OWN_TYPE = 'DatabricksGateway.';
const OWN_SOURCE = '/databricks-gateway/';

/** Blobs that the gateway itself writes for every run and statement, and those of its task hub and of the Functions host. */
const OWN_BLOBS =
  /^\/blobServices\/default\/containers\/(?:gateway-(?:runs|statements)|databricksgateway-[a-z]+|azure-webjobs-[a-z]+)\//;

/**
 * Whether an event comes of the gateway's own work. One that made a run would come of that run again, and never end.
 */
export function isOwnEvent({ type, source, subject }: IncomingEvent): boolean {
  return type.startsWith(OWN_TYPE) || source.startsWith(OWN_SOURCE) || OWN_BLOBS.test(subject);
}
