import { Cron } from 'croner';
import { SettingsError } from '../settings-error.ts';
import { durationMs } from '../settings.ts';
import { parseField } from './ncrontab-field.ts';

/** When a timer runs. */
export interface Schedule {
  /** The first occurrence after `after`; undefined if there is none. */
  next(after: Date): Date | undefined;
}

/**
 * Parses an NCRONTAB expression of six fields (seconds first) or five, or a TimeSpan such as `00:00:30`. Day of month and day of week must both
 * match. @throws `SettingsError`.
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const expression = text.trim();
  if (/^(\d+\.)?\d+:\d+:\d+/.test(expression)) {
    const stepMs = durationMs(expression);
    return { next: (after) => new Date(after.getTime() + stepMs) };
  }
  const fields = expression.split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  try {
    if (fields.length !== 6) throw new Error('it has not five or six fields');
    // The library's own grammar is another; lists of numbers are the same in both.
    const lists = fields.map((each, index) => parseField(each, index).join(','));
    const cron = new Cron(lists.join(' '), { mode: '6-part', domAndDow: true, timezone: timeZone, paused: true });
    return { next: (after) => cron.nextRun(after) ?? undefined };
  } catch (error) {
    throw new SettingsError(`"${text}" is not an NCRONTAB expression: ${(error as Error).message}`, { cause: error });
  }
}
