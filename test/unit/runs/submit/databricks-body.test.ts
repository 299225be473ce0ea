import { expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/shared/domain/run-record.ts';
import { databricksBody } from '../../../../src/shared/runs/submit/databricks-body.ts';

const DESTINATION = 'c0ffee00-0000-4000-8000-000000000001';

function record(changes: { labels?: Record<string, string>; email?: string[]; target?: 'run_now' } = {}): RunRecord {
  const channels = changes.email?.map((target) => ({ name: 'email', target }));
  const notify = channels && { on: ['failed'], channels };
  return {
    id: 'abc',
    tokenSalt: '0f',
    attempt: 2,
    request: {
      target: changes.target === 'run_now' ? { kind: 'run_now', job: { id: '7' } } : { kind: 'submit' },
      labels: changes.labels ?? {},
      notify: notify ?? null,
    },
    submittedBy: { kind: 'user', id: '1', name: 'ada@example.com' },
  } as unknown as RunRecord;
}

it('names the attempt in the idempotency token, and leaves the rest as it came, digit for digit', () => {
  const body = '{"notebook_task":{"notebook_path":"/x"},"made_up":9007199254740993,"run_as":{"user_name":"ada"}}';

  expect(databricksBody(record(), body, { writesEmail: true })).toBe(
    '{"notebook_task":{"notebook_path":"/x"},"made_up":9007199254740993,"run_as":{"user_name":"ada"},"idempotency_token":"abc-0f-2"}',
  );
});

function notificationsOf(settings: Record<string, unknown>): unknown {
  const body = JSON.stringify({ webhook_notifications: settings });
  const sent = JSON.parse(databricksBody(record(), body, { destinationId: DESTINATION, writesEmail: true })) as Record<
    string,
    unknown
  >;
  return sent['webhook_notifications'];
}

it('adds its destination to those that the caller named, once', () => {
  const settings = { on_success: [{ id: DESTINATION }], on_failure: [{ id: 'a' }] };

  expect(notificationsOf(settings)).toEqual({
    on_success: [{ id: DESTINATION }],
    on_failure: [{ id: 'a' }, { id: DESTINATION }],
    on_start: [{ id: DESTINATION }],
  });
});

it('adds no fourth destination, and asks for no word of the start where it gets none of the end', () => {
  const three = ['a', 'b', 'c'].map((id) => ({ id }));

  expect(notificationsOf({ on_success: three })).toEqual({ on_success: three, on_failure: [{ id: DESTINATION }] });
});

it('carries labels as tags, the caller’s own tags winning', () => {
  const body = '{"tags":{"team":"theirs"}}';

  const sent = databricksBody(record({ labels: { team: 'ours', cost: '42' } }), body, { writesEmail: true });

  expect(JSON.parse(sent)).toMatchObject({ tags: { team: 'theirs', cost: '42' } });
});

it('has Databricks write to those who are to get mail, where it is to', () => {
  const asked = record({ email: ['ada@example.com', 'ops@example.com'] });
  const sent = databricksBody(asked, '{}', { writesEmail: true });
  expect(databricksBody(asked, '{}', { writesEmail: false })).not.toContain('example.com');

  expect(JSON.parse(sent)).toMatchObject({
    email_notifications: { on_failure: ['ada@example.com', 'ops@example.com'] },
  });
});

it('sends the job id of a run-now with all its digits, and none of the fields that run-now does not take', () => {
  const sent = databricksBody(record({ target: 'run_now', labels: { a: 'b' }, email: ['ada@example.com'] }), '{}', {
    destinationId: DESTINATION,
    jobId: '9007199254740993',
    writesEmail: true,
  });

  expect(sent).toBe('{"idempotency_token":"abc-0f-2","job_id":9007199254740993}');
});

it('gives equal ids of two gateways, or of two times, tokens of their own that Databricks takes', () => {
  const id = 'f'.repeat(40);
  const tokenOf = (tokenSalt: string) => {
    const sent = databricksBody({ ...record(), id, tokenSalt, attempt: 1_000 }, '{}', { writesEmail: true });
    return (JSON.parse(sent) as { idempotency_token: string }).idempotency_token;
  };

  expect(tokenOf('0a1b2c3d4e5f')).not.toBe(tokenOf('5f4e3d2c1b0a'));
  expect(tokenOf('0a1b2c3d4e5f').length).toBeLessThanOrEqual(64);
});

it('lets the submitter view the run, beside those whom the caller names', () => {
  const ada = { user_name: 'ada@example.com', permission_level: 'CAN_VIEW' };
  const group = { group_name: 'ops', permission_level: 'CAN_MANAGE_RUN' };
  const own = { user_name: 'Ada@Example.com', permission_level: 'CAN_MANAGE' };
  const listOf = (body: object, changes: Partial<RunRecord> = {}) => {
    const submitted = { ...record(), viewer: 'ada@example.com', ...changes };
    const sent = databricksBody(submitted, JSON.stringify(body), { jobId: '7', writesEmail: true });
    return (JSON.parse(sent) as { access_control_list?: unknown }).access_control_list;
  };

  expect(listOf({})).toEqual([ada]);
  expect(listOf({ access_control_list: [group] })).toEqual([group, ada]);
  expect(listOf({ access_control_list: [own] })).toEqual([own]);
  expect(databricksBody(record(), '{}', { writesEmail: true })).not.toContain('access_control_list');
  expect(listOf({}, { request: record({ target: 'run_now' }).request })).toBeUndefined();
});
