import { logScope } from './log-scope.ts';
import type { Redactor } from './redaction.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** What an event says, by field. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The name of an event, which is stable: a noun and what happened to it, as `run.completed`. */
type LogEvent = `${string}.${string}`;

/** One thing that happened: its name and what belongs to it, with no secret left in either. */
export interface LogRecord {
  level: LogLevel;
  event: LogEvent;
  fields: Record<string, unknown>;
}

/** Where records go: the Functions host's `context.log`, or the console. */
export type LogSink = (record: LogRecord) => void;

/** The one way to log. Everything that varies is a field, not part of the event's name. */
export interface Log {
  debug(event: LogEvent, fields?: LogFields): void;
  info(event: LogEvent, fields?: LogFields): void;
  warn(event: LogEvent, fields?: LogFields): void;
  error(event: LogEvent, fields?: LogFields): void;
  /** A log whose records all carry these fields too. */
  with(fields: LogFields): Log;
}

/** A log that redacts every record before the sink sees it. */
export function createLog(options: { sink: LogSink; redactor: Redactor; fields?: LogFields }): Log {
  const { sink, redactor, fields: shared = {} } = options;
  const write = (level: LogLevel) => (event: LogEvent, fields?: LogFields) => {
    sink({ level, event, fields: redactor.value({ ...logScope(), ...shared, ...fields }) as Record<string, unknown> });
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => createLog({ sink, redactor, fields: { ...shared, ...fields } }),
  };
}

/** A record as one line of JSON, with the time at which it is written. */
export function formatRecord({ level, event, fields }: LogRecord, time: Date): string {
  return JSON.stringify({ time: time.toISOString(), level, event, ...fields });
}
