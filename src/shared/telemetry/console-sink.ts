import { formatRecord, type LogSink } from './log.ts';

/** Writes records as JSON lines; the Functions worker collects what an app writes to the console. */
export const consoleSink: LogSink = (record) => {
  const line = formatRecord(record, new Date());
  // oxlint-disable no-console -- this is the one place where the app writes to the console
  if (record.level === 'error') console.error(line);
  else if (record.level === 'warn') console.warn(line);
  else console.log(line);
};
