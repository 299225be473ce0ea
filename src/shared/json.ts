import { z } from 'zod';
import { AppError } from './errors.ts';

/** A number kept as the text it came in, because a JavaScript number would change it. `JSON.stringify` writes it back as is. */
export interface RawJson {
  readonly rawJSON: string;
}

declare global {
  // ECMAScript's "JSON.parse source text access", in Node since 22; the compiler's library does not describe it yet.
  interface JSON {
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
  }
}

/** The text is not JSON. The message never quotes the text, which may hold secrets. */
export class JsonSyntaxError extends AppError {
  override readonly name = 'JsonSyntaxError';
  constructor() {
    super('The text is not valid JSON.', { code: 'INVALID_JSON', retryable: false });
  }
}

/** The text is nested more deeply than allowed. */
export class JsonDepthError extends AppError {
  override readonly name = 'JsonDepthError';
  readonly maxDepth: number;
  constructor(maxDepth: number) {
    super(`The JSON is nested more than ${maxDepth} levels deep.`, { code: 'JSON_TOO_DEEP', retryable: false });
    this.maxDepth = maxDepth;
  }
}

/** Far above anything real, far below what overflows the stack of a recursive reader. */
const MAX_DEPTH = 1_000;

/**
 * Parses JSON and keeps every digit: a number whose value a JavaScript number cannot hold becomes a {@link RawJson}.
 * Raises {@link JsonDepthError} beyond `maxDepth` nested arrays and objects, and {@link JsonSyntaxError}.
 */
export function parseJson(text: string, { maxDepth = MAX_DEPTH }: { maxDepth?: number } = {}): unknown {
  if (isDeeperThan(text, maxDepth)) throw new JsonDepthError(maxDepth);
  try {
    return MAY_LOSE_DIGITS.test(text) ? JSON.parse(text, keepDigits) : (JSON.parse(text) as unknown);
  } catch {
    throw new JsonSyntaxError();
  }
}

/** Writes JSON, {@link RawJson} numbers digit for digit. What JSON cannot say (`undefined`, a function) becomes `null`. */
export function stringifyJson(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text ?? 'null';
}

/** JSON with sorted keys and no white space: equal documents give equal text, whatever order their keys came in. */
export function canonicalJson(value: unknown): string {
  return stringifyJson(sortKeys(value));
}

/** A 64-bit id from a string, number or raw number, as a string of digits. */
export const idText = z
  .union([
    z.string(),
    z.number().refine((value) => Number.isSafeInteger(value), 'An id beyond 2^53 has lost digits.'),
    z.custom<RawJson>((value) => JSON.isRawJSON(value), 'Expected an id.').transform((value) => value.rawJSON),
  ])
  .transform(String)
  .refine((text) => /^\d{1,20}$/.test(text), 'An id has up to 20 digits and nothing else.');

// A JavaScript number holds any 15 significant digits, so only longer numbers and those with an exponent need the slow way.
const MAY_LOSE_DIGITS = /\d[\d.]{15}|\d[eE]/;

function keepDigits(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return decimalOf(context.source) === decimalOf(String(value)) ? value : JSON.rawJSON(context.source);
}

/** One spelling for all spellings of a decimal number: significant digits and the exponent of the last of them. */
function decimalOf(source: string): string {
  const match = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return source;
  const fraction = match[2] ?? '';
  const digits = `${match[1] ?? ''}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const exponent = BigInt(match[3] ?? 0) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${significant}e${exponent}`;
}

function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === BACKSLASH) index++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      if (++depth > maxDepth) return true;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
