import { styleText } from 'node:util';
import type { Level, LogLine } from './log-line.ts';

const MARKS: Readonly<Record<Level, string>> = {
  debug: '',
  info: '',
  warn: `${styleText('yellow', 'warn', { validateStream: false })} `,
  error: `${styleText('red', 'error', { validateStream: false })} `,
};

/** What stands elsewhere in a line, or says nothing to people. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'time',
  'level',
  'event',
  'message',
  'invocation',
  'function',
  'run',
  'request',
]);

/** What the host says of itself: each request and event of the gateway has its own line. */
const HOST_EVENTS: ReadonlySet<string> = new Set(['host.log']);

/** Each minute, whether there was anything to sweep or not. */
const ROUTINE: ReadonlySet<string> = new Set(['sweep.completed', 'statement_sweep.completed']);

/**
 * A line for people: one a request, one each time that something happens to a run, and whatever is a warning or worse.
 * Undefined for what only `isVerbose` shows.
 */
export function readableLine(line: LogLine, { isVerbose }: { isVerbose: boolean }): string | undefined {
  if (!isVerbose && isNoise(line)) return undefined;
  const time = line.time === undefined ? '        ' : clockTime(line.time);
  return `${styleText('gray', time, { validateStream: false })} ${MARKS[line.level]}${textOf(line)}`;
}

function isNoise({ level, event, path, status }: LogLine): boolean {
  if (level === 'warn' || level === 'error') return false;
  if (level === 'debug' || HOST_EVENTS.has(event) || ROUTINE.has(event)) return true;
  // Polled by whoever waits for the gateway; what it finds is said when it changes.
  return event === 'request.completed' && path === '/api/health' && status === 200;
}

function textOf(line: LogLine): string {
  if (line.event === 'host.output' || line.event === 'host.log' || line.event === 'app.log') return line.message ?? '';
  if (line.event === 'request.completed') {
    const { method, path, status, durationMs } = line;
    return `${String(method)} ${String(path)} ${status === 0 ? 'aborted' : String(status)} ${String(durationMs)} ms`;
  }
  const run = line.run === undefined ? [] : [line.run];
  const message = line.message === undefined ? [] : [line.message];
  return [line.event, ...run, ...message, ...Object.entries(line).flatMap(shown)].join('  ');
}

function shown([name, value]: [string, unknown]): string[] {
  if (LEFT_OUT.has(name) || value === null || value === undefined || (name === 'workspace' && value === 'default'))
    return [];
  return [`${name}=${shownValue(value)}`];
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return value;
  // Of an error people want the sentence; the stack is in the JSON.
  if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string')
    return value.message;
  return JSON.stringify(value);
}

/** By the clock on the wall. */
function clockTime(iso: string): string {
  const time = new Date(iso);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
