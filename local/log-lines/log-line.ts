import { z } from 'zod';

/** How important a line is, in the gateway's own words. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/** A line of the stack's log, whoever wrote it. */
export interface LogLine {
  /** ISO 8601; undefined for what is no entry of a log, as a stack trace on standard error. */
  time: string | undefined;
  level: Level;
  /** `request.completed` for a request over HTTP, `host.log` for what else the host says. */
  event: string;
  message?: string;
  run?: string;
  workspace?: string;
  function?: string;
  invocation?: string;
  [field: string]: unknown;
}

const HOST_LEVELS: Readonly<Record<string, Level>> = {
  trace: 'debug',
  debug: 'debug',
  information: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'error',
};

const hostSchema = z.object({
  time: z.string(),
  level: z.string(),
  category: z.string(),
  message: z.string(),
  functionName: z.string().optional(),
  invocationId: z.string().optional(),
  request: z.object({ method: z.string(), path: z.string(), status: z.number(), durationMs: z.number() }).optional(),
});

const gatewaySchema = z.looseObject({
  time: z.string(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  event: z.string(),
});

/** What a line of the functions host's output says: its own log and the gateway's are two dialects of JSON. */
export function readLogLine(text: string): LogLine {
  const value = parsed(text);
  const gateway = gatewaySchema.safeParse(value);
  if (gateway.success) return gateway.data;
  const host = hostSchema.safeParse(value);
  if (!host.success) return { time: undefined, level: 'info', event: 'host.output', message: text };
  const { time, level, category, message, functionName, invocationId, request } = host.data;
  return {
    time,
    level: HOST_LEVELS[level] ?? 'info',
    event: request === undefined ? (category === 'user' ? 'app.log' : 'host.log') : 'request.completed',
    ...(request ?? { message }),
    ...(functionName === undefined ? {} : { function: functionName }),
    ...(invocationId === undefined ? {} : { invocation: invocationId }),
  };
}

function parsed(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
