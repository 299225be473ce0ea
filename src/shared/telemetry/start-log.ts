import { consoleSink } from './console-sink.ts';
import { createLog, type Log } from './log.ts';
import { createRedactor } from './redaction.ts';

/** A log for what goes wrong before the app has one of its own: it knows no secret yet. */
export function startLog(): Log {
  return createLog({ sink: consoleSink, redactor: createRedactor() });
}
