import * as z from 'zod';
import type { NotificationDocument } from '../../../domain/run-document.ts';
import { EVENT_TYPES } from '../../../notify/run-event.ts';
import { toJsonSchemas } from '../to-json-schemas.ts';
import { describedAs } from './described-as.ts';
import { runDocument } from './run-schemas.ts';

const { notifications: _notifications, ...sentFields } = runDocument.shape;

/** The run document as notifications carry it. */
const sentDocument = describedAs<NotificationDocument>()(
  z.object({
    ...sentFields,
    tasks_truncated: z.literal(true).exactOptional().describe('The tasks did not fit: read them from `links.self`.'),
    labels_truncated: z.literal(true).exactOptional().describe('The labels did not fit: read them from `links.self`.'),
  }),
);

const runEvent = z.object({
  specversion: z.literal('1.0').describe('The version of CloudEvents.'),
  id: z.string().describe('The id of the run, its attempt, and what has become of it: a repetition has the same.'),
  source: z.literal('/databricks-gateway/runs').describe('The same for every event of a run.'),
  type: z.enum(Object.values(EVENT_TYPES)).describe('What has become of the run.'),
  subject: z.string().describe('The id of the run.'),
  time: z.iso.datetime().describe('When the event was made.'),
  datacontenttype: z.literal('application/json').exactOptional().describe('What `data` is.'),
  data: sentDocument.describe('The run document as it was then, without `notifications`.'),
});

/** The JSON Schema of the events of runs, as `docs/run-event.schema.json` holds it. */
export function runEventSchema(): Record<string, unknown> {
  const { RunEvent: schema } = toJsonSchemas({ RunEvent: runEvent }, () => false);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A CloudEvent of a run',
    ...schema,
  };
}
