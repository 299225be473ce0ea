import type { RpcTypedData } from './worker/rpc-data.ts';

const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;

/** A date in ISO text as Newtonsoft.Json writes it again: trailing zeros of the fraction go, an offset is turned to the host's zone, UTC. */
export function reformatDate(text: string): string {
  if (!ISO_DATE.test(text) || Number.isNaN(Date.parse(text))) return text;
  const [whole = '', fraction = ''] = text.replace(/(?:Z|[+-]\d\d:\d\d)$/, '').split('.');
  const trimmed = fraction.slice(0, 7).replace(/0+$/, '');
  const tail = trimmed === '' ? '' : `.${trimmed}`;
  if (/[+-]\d\d:\d\d$/.test(text)) return `${new Date(text).toISOString().slice(0, 19)}${tail}+00:00`;
  return `${whole}${tail}${text.endsWith('Z') ? 'Z' : ''}`;
}

/** What the engine does to values on their way to and from the app, and to its timers. */
export interface ValueConversion {
  /** Inputs, outputs and events, as values of JSON. */
  value(value: unknown): unknown;
  /** An activity's input as its trigger is given it. */
  activityInput(input: unknown): RpcTypedData;
  /** When a timer that is set now fires; times are epoch milliseconds. */
  timerDueMs(fireAtMs: number, nowMs: number): number;
}

/** Values stay as they are. */
export const plainValues: ValueConversion = {
  value: (value) => value,
  activityInput: (input) => {
    if (input === null) return { json: 'null' };
    return { string: typeof input === 'string' ? input : JSON.stringify(input) };
  },
  timerDueMs: (fireAtMs) => fireAtMs,
};

function toAzureValue(value: unknown): unknown {
  if (typeof value === 'string') return reformatDate(value);
  if (Array.isArray(value)) return value.map(toAzureValue);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toAzureValue(each)]));
  return value;
}

/**
 * Values as they come out of Azure's .NET host: it parses JSON with dates and writes it anew, and turns an activity's input into text, by which a bare
 * boolean becomes `True` or `False` and no input becomes "". A timer is a queue message there, which stays hidden for whole seconds: what is left of the
 * delay once the message is sent is cut, so that a timer fires up to a second early.
 */
export const azureValues: ValueConversion = {
  value: toAzureValue,
  activityInput: (input) => {
    if (input === null) return { string: '' };
    if (typeof input === 'boolean') return { string: input ? 'True' : 'False' };
    return { string: typeof input === 'string' ? input : JSON.stringify(toAzureValue(input)) };
  },
  // Some of the delay is always over by then.
  timerDueMs: (fireAtMs, nowMs) => nowMs + Math.max(0, Math.ceil((fireAtMs - nowMs) / 1_000) - 1) * 1_000,
};
