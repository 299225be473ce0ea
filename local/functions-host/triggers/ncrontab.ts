import { Cron } from 'croner';
import { durationMs, SettingsError } from '../settings.ts';

/** When a timer runs. */
export interface Schedule {
  /** The first occurrence after `after`; undefined if there is none. */
  next(after: Date): Date | undefined;
}

/** What NCRONTAB knows: numbers, names, ranges, lists, steps. */
const field = /^(?:\*|\d+|[a-z]{3,})(?:[-,/](?:\*|\d+|[a-z]{3,}))*$/i;

/**
 * Parses an NCRONTAB expression of six fields (seconds first) or five, or a TimeSpan such as `00:00:30`. Day of month and day of week must both
 * match. Throws `SettingsError`.
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const expression = text.trim();
  if (/^(\d+\.)?\d+:\d+:\d+/.test(expression)) {
    const stepMs = durationMs(expression);
    return { next: (after) => new Date(after.getTime() + stepMs) };
  }
  const fields = expression.split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6 || !fields.every((each) => field.test(each)))
    throw new SettingsError(`"${text}" is not an NCRONTAB expression`);
  try {
    const cron = new Cron(fields.join(' '), { mode: '6-part', domAndDow: true, timezone: timeZone, paused: true });
    return { next: (after) => cron.nextRun(after) ?? undefined };
  } catch (error) {
    throw new SettingsError(`"${text}" is not an NCRONTAB expression: ${(error as Error).message}`, { cause: error });
  }
}
