import { expect, it } from 'vitest';
import { OUTCOMES } from '../../../src/shared/domain/outcome.ts';
import { notificationDocument, runDocument, runLinks } from '../../../src/shared/domain/run-document.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { emailMessage } from '../../../src/shared/notify/email-message.ts';
import { sampleRun } from '../ledger/sample-run.ts';

const FROM = 'Gateway <gateway@example.com>';

function messageOf(changes: Partial<RunRecord>) {
  const record = sampleRun({ status: 'completed', outcome: 'failed', completedAtMs: 1_795_377_009_966, ...changes });
  const links = runLinks('https://gateway.example.com', record.id);
  const document = notificationDocument(runDocument({ record, cancelRequestedAtMs: null }, links, null));
  return emailMessage(document, { from: FROM, to: 'ada@example.com' });
}

const failure = {
  class: 'user_code',
  code: 'RUN_EXECUTION_ERROR',
  message: 'Line 1.\nLine 2.',
  retryable: false,
} as const;

it('says what ran, what came of it and why, when, and where to look, as text and as HTML alike', () => {
  const { subject, text, html } = messageOf({
    runName: 'nightly load',
    failure,
    runId: '5455',
    startedAtMs: 1_795_377_009_000,
    runPageUrl: 'https://adb-1.azuredatabricks.net/run/5455',
  });

  expect(subject).toBe('nightly load has failed');
  for (const part of [
    'nightly load has failed',
    'RUN_EXECUTION_ERROR (user_code): Line 1.',
    'Line 2.',
    '5455',
    '2026-11-22T19:50:09.000Z',
    '2026-11-22T19:50:09.966Z',
    'https://gateway.example.com/api/runs/0123456789abcdef0123456789abcdef/result',
    'https://adb-1.azuredatabricks.net/run/5455',
  ]) {
    expect(text).toContain(part);
    expect(html).toContain(part);
  }
});

it('words every outcome', () => {
  const subjects = OUTCOMES.map((outcome) => messageOf({ outcome, runName: 'x' }).subject);

  expect(new Set(subjects).size).toBe(OUTCOMES.length);
});

it('has an id of its own for each end, and one thread for a run', () => {
  const first = messageOf({});
  const others = [messageOf({ attempt: 2 }), messageOf({ outcome: 'canceled' })];

  expect(messageOf({}).messageId).toBe(first.messageId);
  expect(first.messageId).toMatch(/^<[\w-]+@example\.com>$/);
  expect(new Set([first, ...others].map(({ messageId }) => messageId)).size).toBe(3);
  expect(new Set([first, ...others].map(({ references }) => references)).size).toBe(1);
});

it.each(['a\r\nBcc: x@evil.com', 'a\nBcc: x', 'a\u2028Bcc: x', 'a\u0000\u0085\u001bBcc: x', 'a\u202eBcc: x'])(
  'takes whatever could end a header out of the name %j',
  (runName) => {
    expect(messageOf({ runName }).subject).toBe(
      `${runName.slice(0, 1)} ${runName.slice(runName.indexOf('B'))} has failed`,
    );
  },
);

it('makes no markup and no link of what callers and Databricks say', () => {
  const hostile = `"><img src=x onerror=alert(1)>'&`;
  const { html } = messageOf({
    runName: hostile,
    failure: { ...failure, message: hostile },
    stateMessage: hostile,
    runPageUrl: 'javascript:alert(1)',
    submittedBy: { kind: 'user', id: '1', name: '</table><script>alert(1)</script>' },
  });

  expect(html).not.toMatch(/<img|<script|javascript:/);
  expect(html).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;');
});

it('keeps no control character but the line feed, and cuts a long name', () => {
  const { text, subject } = messageOf({
    runName: 'n'.repeat(500),
    failure: { ...failure, message: 'a\u0007\r\nb\u202ec' },
  });

  expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  expect(subject.length).toBeLessThan(200);
});
