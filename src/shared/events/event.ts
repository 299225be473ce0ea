import * as z from 'zod';
import { schemaWording } from '../schema-wording.ts';

/** An event of Event Grid, in what both of its schemas have in common. */
export interface IncomingEvent {
  /** Unique within its source. */
  id: string;
  /** CloudEvents' `source`; the topic, where the event is of the Event Grid schema. Empty where it says none. */
  source: string;
  type: string;
  /** Empty where it says none. */
  subject: string;
  /** The event as it came. */
  document: Readonly<Record<string, unknown>>;
}

const MAX_CHARS = 4_096;
const text = z.string().max(MAX_CHARS);
const name = text.min(1);
const optional = text.nullish().transform((value) => value ?? '');

/** @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
const cloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: name,
  source: name,
  type: name,
  subject: optional,
});

/** @see https://learn.microsoft.com/azure/event-grid/event-schema */
const eventGridEvent = z.looseObject({ id: name, topic: optional, eventType: name, subject: optional });

/** An event of either schema: whatever has a `specversion` is a CloudEvent. */
export const incomingEvent = z.unknown().transform((document, context): IncomingEvent => {
  const isCloudEvent = typeof document === 'object' && document !== null && 'specversion' in document;
  const wording = { error: schemaWording };
  const result = isCloudEvent ? cloudEvent.safeParse(document, wording) : eventGridEvent.safeParse(document, wording);
  if (!result.success) {
    for (const issue of result.error.issues)
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
    return z.NEVER;
  }
  const event = result.data;
  const { id, subject } = event;
  const [source, type] =
    'source' in event ? [String(event.source), String(event['type'])] : [event.topic, event.eventType];
  return { id, source, type, subject, document: document as Record<string, unknown> };
});
