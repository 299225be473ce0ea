import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { createLog, formatRecord, type LogRecord } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

const SECRET = 'planted/secret+value==';

function capture() {
  const records: LogRecord[] = [];
  const redactor = createRedactor();
  const log = createLog({ sink: (record) => records.push(record), redactor });
  const text = () =>
    inspect(records, { depth: null, showHidden: true }) +
    records.map((record) => formatRecord(record, new Date(0))).join('\n');
  return { records, redactor, log, text };
}

it('hands the sink the level, the event and its fields', () => {
  const { records, log } = capture();

  log.with({ run: '1' }).info('run.submitted', { run_id: '5455', seconds: 2, at: new Date(0), big: 5n });

  expect(records).toEqual([
    {
      level: 'info',
      event: 'run.submitted',
      fields: { run: '1', run_id: '5455', seconds: 2, at: '1970-01-01T00:00:00.000Z', big: '5' },
    },
  ]);
});

it('never lets a registered secret through, however it is wrapped', () => {
  const { redactor, log, text } = capture();
  redactor.register(SECRET);
  const cause = Object.assign(new Error(`cause ${SECRET}`), { body: SECRET });

  log.error('request.failed', {
    plain: `a ${SECRET} b`,
    url: `https://h/?x=${encodeURIComponent(SECRET)}`,
    basic: Buffer.from(SECRET).toString('base64'),
    nested: [{ deep: { deeper: SECRET } }],
    error: new AppError(`message ${SECRET}`, { code: 'CODE', retryable: true, cause }),
  });

  expect(text()).not.toContain(SECRET);
  expect(text()).not.toContain(encodeURIComponent(SECRET));
  expect(text()).not.toContain(Buffer.from(SECRET).toString('base64'));
  expect(text()).toContain('[redacted]');
});

it.each([8_190, 8_192 - SECRET.length + 1])(
  'lets no beginning of a secret through that a long text ends in (at %i)',
  (at) => {
    const { redactor, log, text } = capture();
    redactor.register(SECRET);

    log.warn('is.sent', { body: `${'x'.repeat(at)}${SECRET}` });

    expect(text()).not.toContain(SECRET.slice(0, 2));
  },
);

it.each([
  { authorization: 'planted' },
  { headers: { Authorization: 'planted' } },
  { accessToken: 'planted' },
  { DATABRICKS_TOKEN: 'planted' },
  { password: 'planted' },
  { clientSecret: 'planted' },
  { code: 'planted==' },
  { sig: 'planted' },
  { 'x-functions-key': 'x', connectionString: 'planted' },
  { text: 'Authorization: Bearer planted' },
  { text: 'https://h/api?code=planted&x=1' },
  { text: 'https://h/blob?sv=1&sig=planted' },
  { text: 'DefaultEndpointsProtocol=https;AccountKey=planted;' },
  { text: 'eyJhbGciOiJSUzI1NiJ9.planted.planted' },
])('redacts what looks like a secret: %o', (fields) => {
  const { log, text } = capture();

  log.info('some.event', fields);

  expect(text()).not.toContain('planted');
});

it('keeps what only sounds like a secret', () => {
  const { records, log } = capture();
  const fields = { code: 'RUN_FAILED', idempotency_token: 'k', next_page_token: 'p', token_count: 3, task_key: 'main' };

  log.info('some.event', fields);

  expect(records[0]?.fields).toEqual(fields);
});

it('bounds what it is given', () => {
  const { log, text } = capture();
  const circular: Record<string, unknown> = {
    list: Array.from({ length: 10_000 }, () => 1),
    long: 'x'.repeat(100_000),
  };
  circular['self'] = circular;

  log.info('some.event', { circular, fn: () => 1, bytes: new Uint8Array(5) });

  expect(text().length).toBeLessThan(300_000);
});

it('does not take short texts for secrets, and lets the oldest go first', () => {
  const redactor = createRedactor();
  redactor.register('run');
  redactor.register('the-first-secret');
  for (let index = 0; index < 300; index++) redactor.register(`secret-number-${index}`);

  expect(redactor.text('run secret-number-299 the-first-secret')).toBe('run [redacted] the-first-secret');
});
