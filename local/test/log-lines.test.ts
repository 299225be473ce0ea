import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { logWriter } from '../log-lines/log-writer.ts';

const TIME = '2026-01-02T03:04:05.678Z';
const HOST = { time: TIME, level: 'information', category: 'system', functionName: 'create-run', invocationId: 'i' };
const REQUEST = {
  ...HOST,
  message: 'POST /api/runs 202 after 15 ms',
  request: { method: 'POST', path: '/api/runs', status: 202, durationMs: 15 },
};
const EXECUTING = { ...HOST, message: "Executing 'Functions.create-run' (Id=i)" };
const SUBMITTED = {
  time: TIME,
  level: 'info',
  event: 'run.submitted',
  run: 'r1',
  workspace: 'default',
  databricks_run: '7',
};
const RETRIED = {
  time: TIME,
  level: 'warn',
  event: 'databricks_request.retried',
  run: 'r1',
  workspace: 'default',
  networkCode: 'ECONNREFUSED',
  error: { name: 'E', message: 'a sentence', stack: 'E: a sentence\n    at x' },
};

/** What is written of these, a chunk each. */
function written(chunks: string[], options: { isTTY: boolean; isVerbose?: boolean }): string[] {
  let text = '';
  const write = logWriter(
    { isTTY: options.isTTY, write: (each) => (text += each) },
    { isVerbose: options.isVerbose ?? false },
  );
  for (const chunk of chunks) write(chunk);
  return stripVTControlCharacters(text).split('\n').slice(0, -1);
}

const lines = (...entries: object[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`);

it('writes one line a request and one a state of a run to a terminal, with what went wrong', () => {
  const health = { ...REQUEST, request: { ...REQUEST.request, method: 'GET', path: '/api/health', status: 200 } };
  const shown = written(lines(EXECUTING, REQUEST, SUBMITTED, RETRIED, health), { isTTY: true });

  expect(shown.map((line) => line.slice('00:00:00 '.length))).toEqual([
    'POST /api/runs 202 15 ms',
    'run.submitted  r1  databricks_run=7',
    'warn databricks_request.retried  r1  networkCode=ECONNREFUSED  error=a sentence',
  ]);
  expect(shown.every((line) => /^\d\d:\d\d:\d\d /.test(line))).toBe(true);
});

it('shows a failing health check, and with --verbose everything', () => {
  const failing = { ...REQUEST, request: { ...REQUEST.request, method: 'GET', path: '/api/health', status: 503 } };
  expect(written(lines(failing), { isTTY: true })).toHaveLength(1);
  expect(written(lines(EXECUTING), { isTTY: true, isVerbose: true })[0]).toContain("Executing 'Functions.create-run'");
});

it('writes one dialect of JSON elsewhere, with time, run, workspace and invocation, whoever says it', () => {
  const shown = written([...lines(REQUEST, SUBMITTED), 'a stray line\n'], { isTTY: false }).map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );

  expect(shown).toEqual([
    {
      time: TIME,
      level: 'info',
      event: 'request.completed',
      method: 'POST',
      path: '/api/runs',
      status: 202,
      durationMs: 15,
      function: 'create-run',
      invocation: 'i',
    },
    SUBMITTED,
    { time: expect.stringMatching(/^\d{4}-/), level: 'info', event: 'host.output', message: 'a stray line' },
  ]);
});

it('writes whole lines, however they come', () => {
  const [line = ''] = lines(SUBMITTED);
  expect(written([line.slice(0, 20), line.slice(20)], { isTTY: true })).toHaveLength(1);
});
