import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { notificationDocument, runDocument, runLinks } from '../../../src/shared/domain/run-document.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { runEventSchema } from '../../../src/shared/http/openapi/schemas/event-schemas.ts';
import { EVENT_TYPES, runEvent } from '../../../src/shared/notify/run-event.ts';
import type { RunChange } from '../../../src/shared/notify/channel.ts';
import { sampleRun } from '../ledger/sample-run.ts';

const CHANGES = Object.keys(EVENT_TYPES) as RunChange[];

function eventOf(change: RunChange, changes: Partial<RunRecord> = {}) {
  const record = sampleRun(changes);
  const links = runLinks('https://gateway.example.com', record.id);
  const document = notificationDocument(runDocument({ record, cancelRequestedAtMs: null }, links, null));
  // As the client writes it.
  const written = { specversion: '1.0', ...runEvent(change, document, 1_795_377_009_966, 4_000) };
  return JSON.parse(JSON.stringify(written)) as Record<string, unknown>;
}

it('is described by the schema that is published', () => {
  const published: unknown = JSON.parse(readFileSync('docs/run-event.schema.json', 'utf8'));

  // `node scripts/event-schema.ts` writes it.
  expect(published).toEqual(runEventSchema());
});

it.each(CHANGES)('of a run that is %s fits the schema, which takes nothing else', (change) => {
  const isValid = new Ajv2020({ strict: false, formats: { 'date-time': true, uri: true } }).compile(runEventSchema());
  const tasks = Array.from({ length: 300 }, (_, index) => ({
    task_key: `task${index}`,
    run_id: '5',
    status: 'running' as const,
    outcome: null,
    attempt_number: 0,
  }));

  for (const event of [eventOf(change), eventOf(change, { tasks })]) {
    expect(isValid(event) ? [] : isValid.errors).toEqual([]);
    expect(isValid({ ...event, type: 'DatabricksGateway.Planted' })).toBe(false);
    expect(isValid({ ...event, data: { id: 'x' } })).toBe(false);
  }
});

it('has an id of its own for each change of each attempt, the same when it is repeated, and a source of the gateway', () => {
  const ids = [1, 2].flatMap((attempt) => CHANGES.map((change) => eventOf(change, { attempt })['id']));

  expect(new Set(ids).size).toBe(2 * CHANGES.length);
  expect(eventOf('completed')['id']).toBe(eventOf('completed')['id']);
  expect(eventOf('started')).toMatchObject({
    source: '/databricks-gateway/runs',
    subject: sampleRun().id,
    type: 'DatabricksGateway.RunStarted',
  });
});
