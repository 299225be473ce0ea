import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { incomingEvent } from '../../../src/shared/events/event.ts';

const cloudEvent = JSON.parse(readFileSync('examples/events/blob-created.json', 'utf8')) as Record<string, unknown>;
const [eventGridEvent] = JSON.parse(readFileSync('examples/events/event-grid-schema.json', 'utf8')) as Record<
  string,
  unknown
>[];

it('reads a CloudEvent', () => {
  const { id, source, type, subject } = cloudEvent;
  expect(incomingEvent.parse(cloudEvent)).toEqual({ id, source, type, subject, document: cloudEvent });
});

it('reads an event of the Event Grid schema, whose topic is its source', () => {
  const { id, topic: source, eventType: type, subject } = eventGridEvent ?? {};
  expect(incomingEvent.parse(eventGridEvent)).toEqual({ id, source, type, subject, document: eventGridEvent });
});

it('takes a CloudEvent without a subject for one with an empty subject', () => {
  const { subject: _subject, ...bare } = cloudEvent;
  expect(incomingEvent.parse(bare)).toMatchObject({ subject: '' });
});

it.each([
  ['no object', 'event', ''],
  ['another version of CloudEvents', { ...cloudEvent, specversion: '0.3' }, 'specversion'],
  ['a CloudEvent without a source', { ...cloudEvent, source: '' }, 'source'],
  ['an event without an id', { eventType: 'a' }, 'id'],
  ['a type of megabytes', { ...cloudEvent, type: 'x'.repeat(5_000) }, 'type'],
])('refuses %s', (_, document, path) => {
  const { error } = incomingEvent.safeParse(document);
  expect(error?.issues.map((issue) => issue.path.join('/'))).toEqual([path]);
});

it('says in the words of every other body what an event lacks', () => {
  const { error } = incomingEvent.safeParse({ id: 7 });
  expect(error?.issues.map(({ message }) => message)).toEqual(['Expected text.', 'It is required.']);
});
