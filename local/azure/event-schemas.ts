import { z } from 'zod';

/** The topic that every event of the Event Grid schema comes from. */
export const TOPIC =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.EventGrid/topics/local';

const eventGridEventSchema = z.looseObject({
  id: z.string().min(1),
  subject: z.string(),
  eventType: z.string().min(1),
  eventTime: z.iso.datetime({ offset: true }),
  dataVersion: z.string(),
  data: z.unknown(),
});
const cloudEventSchema = z.looseObject({
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  specversion: z.literal('1.0'),
});

/** An event of either schema. */
export type GridEvent = z.output<typeof eventGridEventSchema> | z.output<typeof cloudEventSchema>;

/** Whether an event is of the CloudEvents schema. */
export function isCloudEvent(event: GridEvent): boolean {
  return 'specversion' in event;
}

/**
 * The events of one publish, in the schema that its content type names: CloudEvents 1.0 (one, or a batch) or Event Grid's
 * (a list). Event Grid's own get `topic` and `metadataVersion`, as the service fills them in.
 * @throws Error that says what does not fit
 */
export function parseEvents(contentType: string, text: string): GridEvent[] {
  const body: unknown = JSON.parse(text);
  if (contentType.startsWith('application/cloudevents-batch+json')) return checked(z.array(cloudEventSchema), body);
  if (contentType.startsWith('application/cloudevents+json')) return [checked(cloudEventSchema, body)];
  return checked(z.array(eventGridEventSchema), body).map((event) =>
    Object.assign(event, { topic: TOPIC, metadataVersion: '1' }),
  );
}

function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
