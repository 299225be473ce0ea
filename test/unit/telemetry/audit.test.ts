import { expect, it } from 'vitest';
import { Audit, type Refusal } from '../../../src/shared/telemetry/audit.ts';
import { createLog, type LogRecord } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { NO_TELEMETRY } from '../../../src/shared/telemetry/telemetry.ts';

const caller = { kind: 'user', id: 't/o', name: 'ada', roles: ['Admin'] } as const;
const refusal: Refusal = {
  caller,
  action: 'runs:submit',
  resource: '/api/runs',
  rule: 'etl-team',
  code: 'POLICY_REFUSED',
  detail: 'no',
  requestId: 'request-1',
};

function open() {
  const records: LogRecord[] = [];
  let nowMs = 0;
  const log = createLog({ sink: (record) => records.push(record), redactor: createRedactor() });
  const refusals: unknown[] = [];
  const telemetry = { ...NO_TELEMETRY, measure: (...measured: unknown[]) => refusals.push(measured) };
  const audit = new Audit({ log, telemetry, now: () => nowMs });
  return { audit, records, refusals, pass: (ms: number) => (nowMs += ms) };
}

it('counts what the policy has refused, by action and rule', () => {
  const { audit, refusals } = open();

  audit.refused(refusal);
  audit.refused({ ...refusal, code: 'STATEMENT_NOT_ALLOWED' });

  expect(refusals).toEqual([['gateway.policy.refusals', 1, { action: 'runs:submit', rule: 'etl-team' }]]);
});

it('writes who asked for what, and which rule refused it', () => {
  const { audit, records } = open();

  audit.refused(refusal);
  audit.refused({ ...refusal, code: 'STATEMENT_NOT_ALLOWED', rule: null });

  expect(records).toEqual([
    {
      level: 'warn',
      event: 'policy.refused',
      fields: {
        caller: { kind: 'user', id: 't/o', name: 'ada' },
        action: 'runs:submit',
        resource: '/api/runs',
        rule: 'etl-team',
        code: 'POLICY_REFUSED',
        detail: 'no',
        request: 'request-1',
      },
    },
    expect.objectContaining({ event: 'request.refused' }),
  ]);
});

it('writes who stopped or changed what somebody else submitted', () => {
  const { audit, records } = open();

  audit.allowed({ caller, action: 'runs:cancel', resource: 'id', rule: 'operators', requestId: 'request-1' });

  expect(records).toEqual([
    {
      level: 'info',
      event: 'policy.allowed',
      fields: {
        caller: { kind: 'user', id: 't/o', name: 'ada' },
        action: 'runs:cancel',
        resource: 'id',
        rule: 'operators',
        request: 'request-1',
      },
    },
  ]);
});

it('writes sixty strangers a minute and says how many it left out, but every caller who is known', () => {
  const { audit, records, pass } = open();
  const stranger = { ...refusal, caller: null, code: 'UNAUTHENTICATED', rule: null };

  for (let count = 0; count < 1_000; count += 1) audit.refused(stranger);
  expect(records).toHaveLength(60);
  for (let count = 0; count < 100; count += 1) audit.refused(refusal);
  expect(records).toHaveLength(160);
  expect(records[60]?.fields).toMatchObject({ leftOut: 940 });
  audit.refused(stranger);
  pass(60_000);
  audit.refused(stranger);

  expect(records.at(-1)?.fields).toMatchObject({ caller: null, leftOut: 1 });
});

it('writes no token, whatever stands in what it is told', () => {
  const { audit, records } = open();

  audit.refused({
    ...refusal,
    detail: `Bearer eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJ4In0.planted`,
    resource: '/api/x?code=planted',
  });

  expect(JSON.stringify(records)).not.toMatch(/planted|eyJ/);
});
