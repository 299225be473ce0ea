import { randomUUID } from 'node:crypto';
import { AppError } from './errors.ts';
import { CAPITAL_E, compactedJson, isName, NINE, scanJson, SMALL_E, ZERO } from './json-scan.ts';

/**
 * A number kept as the text it came in, because a JavaScript number would change it. `JSON.stringify` writes it back as
 * is.
 */
export interface RawJson {
  readonly rawJSON: string;
}

declare global {
  // ECMAScript's "JSON.parse source text access", in Node since 22; the compiler's library does not describe it yet.
  interface JSON {
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

/** The text holds more names and values than allowed. */
export class JsonSizeError extends AppError {
  override readonly name = 'JsonSizeError';
  constructor(bound: string) {
    super(`The JSON has more than ${bound}.`, { code: 'JSON_TOO_LARGE', retryable: false });
  }
}

/** How large a JSON text may be. */
export interface JsonBounds {
  maxDepth?: number;
  maxValues?: number;
  /** Of numbers with an exponent or more than 15 characters, each of which costs as much as ten others. */
  maxLongNumbers?: number;
}

/** Far above anything real, far below what overflows the stack of a recursive reader. */
const MAX_DEPTH = 1_000;

/** Far above anything real. */
const MAX_VALUES = 1_000_000;

/**
 * Parses JSON and keeps every digit: a number whose value a JavaScript number cannot hold, and every integer from 2^53
 * on, becomes a {@link RawJson}. Takes time in proportion to the text.
 * @throws {JsonDepthError} beyond `maxDepth` nested arrays and objects
 * @throws {JsonSizeError} beyond `maxValues` names and values, or `maxLongNumbers`
 * @throws {JsonSyntaxError}
 */
export function parseJson(text: string, bounds: JsonBounds = {}): unknown {
  const { maxDepth = MAX_DEPTH, maxValues = MAX_VALUES, maxLongNumbers = maxValues } = bounds;
  const { depth, values, longNumbers } = scanJson(text, maxDepth, maxValues);
  if (depth > maxDepth) throw new JsonDepthError(maxDepth);
  if (values > maxValues) throw new JsonSizeError(`${maxValues} names and values`);
  if (longNumbers.length > 2 * maxLongNumbers) throw new JsonSizeError(`${maxLongNumbers} numbers of many digits`);
  try {
    return longNumbers.length === 0 ? (JSON.parse(text) as unknown) : parseExactly(text, longNumbers);
  } catch {
    throw new JsonSyntaxError();
  }
}

/** How JSON begins. Most output that is none is known by its first character, without a scan of megabytes. */
const JSON_START = /^[ \t\r\n]*["[{\-0-9tfn]/;

/**
 * JSON text without white space, its numbers and strings as they stand; undefined for text that is not JSON. Builds
 * nothing of the text's own size but the text, and so has no bound on values.
 */
export function compactJson(text: string): string | undefined {
  if (!JSON_START.test(text) || scanJson(text, MAX_DEPTH, Infinity).depth > MAX_DEPTH) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  // A lone surrogate has no UTF-8.
  return compactedJson(text).replaceAll(/\p{Surrogate}/gu, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
}

/**
 * Writes JSON, {@link RawJson} numbers digit for digit. What JSON cannot say (`undefined`, a function) becomes `null`.
 */
export function stringifyJson(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text ?? 'null';
}

/** JSON with sorted keys and no white space: equal documents give equal text, whatever order their keys came in. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return stringifyJson(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  // Written as text at once: another object with its keys in order costs more than all the rest.
  const members = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(members).toSorted()) {
    const member = members[key];
    if (member !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${parts.join()}}`;
}

/**
 * Parses text in which the built-in parser would change numbers: a string stands in for each of them while it parses.
 * (A reviver would do too, at several times the cost for every value.)
 */
function parseExactly(text: string, longNumbers: readonly number[]): unknown {
  const mark = randomUUID();
  const kept: RawJson[] = [];
  const parts: string[] = [];
  let from = 0;
  for (let index = 0; index < longNumbers.length; index += 2) {
    const [start = 0, end = 0] = [longNumbers[index], longNumbers[index + 1]];
    const source = text.slice(start, end);
    if (isHeld(source)) continue;
    // No string may come to stand where JSON allows nothing else.
    if (isName(text, end)) throw new JsonSyntaxError();
    parts.push(text.slice(from, start), `"${mark}${kept.length}"`);
    // Throws a SyntaxError for what is no number.
    kept.push(JSON.rawJSON(source));
    from = end;
  }
  parts.push(text.slice(from));
  const value: unknown = JSON.parse(parts.join(''));
  return kept.length === 0 ? value : restore(value, mark, kept);
}

function restore(value: unknown, mark: string, kept: readonly RawJson[]): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? kept[Number(value.slice(mark.length))] : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as unknown[];
    for (const [index, item] of items.entries()) if (mayHold(item)) items[index] = restore(item, mark, kept);
  } else {
    const members = value as Record<string, unknown>;
    // Each is an own property, so that one named __proto__ is data too.
    for (const [key, item] of Object.entries(members)) if (mayHold(item)) members[key] = restore(item, mark, kept);
  }
  return value;
}

function mayHold(item: unknown): boolean {
  return typeof item === 'string' || typeof item === 'object';
}

/** No number that means anything is longer; longer ones are kept as they came without a look. */
const MAX_COMPARED_CHARS = 400;

/** Whether a JavaScript number holds exactly this one. */
function isHeld(source: string): boolean {
  if (source.length > MAX_COMPARED_CHARS || hasTooManyDigits(source)) return false;
  const value = Number(source);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  const text = String(value);
  return text === source || decimalOf(text) === decimalOf(source);
}

/** No double is written with more significant digits. */
const MAX_DOUBLE_DIGITS = 17;

/**
 * Whether it is plain at a glance that no double is written so; zeros at the end may mean nothing, and are left to
 * others.
 */
function hasTooManyDigits(source: string): boolean {
  let digits = 0;
  for (let index = 0; index < source.length; index++) {
    const char = source.charCodeAt(index);
    if (char === SMALL_E || char === CAPITAL_E) return false;
    if (char >= ZERO && char <= NINE && (digits > 0 || char !== ZERO)) digits++;
  }
  return digits > MAX_DOUBLE_DIGITS && !source.endsWith('0');
}

/** One spelling for all spellings of a decimal number: significant digits and the exponent of the last of them. */
function decimalOf(source: string): string {
  const match = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,15}))?$/.exec(source);
  if (match === null) return source;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`;
  let first = 0;
  let end = digits.length;
  while (first < end && digits[first] === '0') first++;
  while (end > first && digits[end - 1] === '0') end--;
  if (first === end) return '0';
  return `${digits.slice(first, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
