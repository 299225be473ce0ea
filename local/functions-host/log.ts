import { inspect, styleText } from 'node:util';
import { z } from 'zod';

/** How important a log entry is, as `host.json` names it. */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

/** One line of the log. `category` is "user" for what the app wrote and "system" for the host and Microsoft's libraries. */
export interface LogEntry {
  level: LogLevel;
  category: string;
  message: string;
  functionName?: string;
  invocationId?: string;
  /** Of an entry about a request whose response has been sent. */
  request?: HttpExchange;
}

/** A request over HTTP and what came of it. */
export interface HttpExchange {
  method: string;
  /** Without the query, which may hold a key. */
  path: string;
  /** 0 where the client went away before there was a response. */
  status: number;
  durationMs: number;
}

/** Takes a log entry. */
export type Log = (entry: LogEntry) => void;

const ORDER = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const satisfies LogLevel[];
const COLOURS = {
  trace: 'gray',
  debug: 'gray',
  information: 'reset',
  warning: 'yellow',
  error: 'red',
  critical: 'red',
  none: 'reset',
} as const;

/** Where log entries go, and which. */
export interface LogOptions {
  /** Coloured text for people; otherwise one JSON object a line. */
  pretty: boolean;
  /** host.json's `logging.logLevel`: entries below the level of their category are left out. */
  levels: Readonly<Record<string, string>>;
  write(text: string): void;
  now(): Date;
}

function format(entry: LogEntry, options: LogOptions): string {
  const time = options.now().toISOString();
  if (!options.pretty) return `${JSON.stringify({ time, ...entry })}\n`;
  const name = entry.functionName ? `${styleText('cyan', entry.functionName)} ` : '';
  const message = styleText(entry.category === 'user' ? 'reset' : COLOURS[entry.level], entry.message);
  const mark =
    ORDER.indexOf(entry.level) >= ORDER.indexOf('warning') ? `${styleText(COLOURS[entry.level], entry.level)} ` : '';
  return `${styleText('gray', `[${time.slice(11, 23)}]`)} ${mark}${name}${message}\n`;
}

/** The categories of Azure's host that an entry belongs to, the narrowest first. */
function categoriesOf({ category, functionName }: LogEntry): string[] {
  if (functionName === undefined) return ['Host', 'default'];
  return [
    ...(category === 'user' ? [`Function.${functionName}.User`] : []),
    `Function.${functionName}`,
    'Function',
    'default',
  ];
}

/** A log that writes the entries that `levels` lets through; information and above where it says nothing. */
export function createLog(options: LogOptions): Log {
  const ranks = new Map(Object.entries(options.levels).map(([name, level]) => [name, rankOf(level)]));
  return (entry) => {
    const category = categoriesOf(entry).find((name) => ranks.has(name)) ?? '';
    if (rankOf(entry.level) >= (ranks.get(category) ?? rankOf('information')) && entry.level !== 'none')
      options.write(format(entry, options));
  };
}

/** The place of a level, in any case, among the levels; an unknown one counts as information. */
function rankOf(level: string): number {
  const rank = ORDER.findIndex((each) => each === level.toLowerCase());
  return rank < 0 ? ORDER.indexOf('information') : rank;
}

const entrySchema = z.looseObject({
  level: z.enum(ORDER).catch('information'),
  category: z.string().catch('system'),
  message: z.string().catch(''),
});

/** What a worker of another's making logged, as an entry; text alone is the message. */
export function readLogEntry(entry: unknown): LogEntry {
  if (typeof entry === 'string') return systemEntry('information', entry);
  const { success, data } = entrySchema.safeParse(entry);
  return success ? data : systemEntry('information', inspect(entry));
}

/** `entry` for the host's own messages. */
export function systemEntry(level: LogLevel, message: string, functionName?: string, invocationId?: string): LogEntry {
  return {
    level,
    category: 'system',
    message,
    ...(functionName === undefined ? {} : { functionName }),
    ...(invocationId === undefined ? {} : { invocationId }),
  };
}

/** What to say of anything thrown: the stack, or the text. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
