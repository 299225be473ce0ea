/**
 * What a reader must know of a JSON text before it lets the built-in parser at it. Found in one pass, of text that may
 * be anything.
 */
export interface JsonScan {
  /** Levels of nested arrays and objects. Counting ends one above `maxDepth`. */
  depth: number;
  /** Names and values, containers among them. Counting ends one above `maxValues`. */
  values: number;
  /** Start and end, one after the other, of each number whose value a JavaScript number may not hold. */
  longNumbers: number[];
}

/** A JavaScript number holds any 15 significant digits: a shorter number without an exponent is itself. */
const MAX_HELD_CHARS = 15;

/**
 * Scans JSON, or text that is none: it is for the parser to say. Takes time in proportion to the text, whatever stands
 * in it.
 */
export function scanJson(text: string, maxDepth: number, maxValues: number): JsonScan {
  const scan: JsonScan = { depth: 0, values: 0, longNumbers: [] };
  let depth = 0;
  let index = 0;
  while (index < text.length) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) {
      scan.values++;
      index = endOfString(text, index);
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      scan.values++;
      scan.depth = Math.max(scan.depth, ++depth);
      index++;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      depth--;
      index++;
    } else if (char === COMMA || char === COLON || isWhiteSpace(char)) index++;
    else {
      scan.values++;
      const end = endOfWord(text, index);
      if (mayLoseDigits(text, index, end)) scan.longNumbers.push(index, end);
      index = end;
    }
    if (scan.depth > maxDepth || scan.values > maxValues) break;
  }
  return scan;
}

/** Whether what ends at `end` stands where a name of an object does: a colon follows. */
export function isName(text: string, end: number): boolean {
  let index = end;
  while (index < text.length && isWhiteSpace(text.charCodeAt(index))) index++;
  return text.charCodeAt(index) === COLON;
}

/** Valid JSON without the white space between its tokens; the tokens stay as they are. */
export function compactedJson(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let index = 0;
  while (index < text.length) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) index = endOfString(text, index);
    else if (isWhiteSpace(char)) {
      if (index > from) parts.push(text.slice(from, index));
      while (index < text.length && isWhiteSpace(text.charCodeAt(index))) index++;
      from = index;
    } else index++;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** A string of so many characters is read sooner here than the built-in search is called, which reads a megabyte at once. */
const SHORT_CHARS = 16;

/** The place after the quote that ends the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  for (const end = Math.min(index + SHORT_CHARS, text.length); index < end; index++) {
    const char = text.charCodeAt(index);
    if (char === BACKSLASH) index++;
    else if (char === QUOTE) return index + 1;
  }
  return endOfLongString(text, index);
}

function endOfLongString(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote !== -1 && isEscaped(text, from, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote + 1;
}

/** Whether what stands at a place is escaped: an odd number of backslashes stands before it, of those from `from` on. */
function isEscaped(text: string, from: number, place: number): boolean {
  let first = place;
  while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (place - first) % 2 === 1;
}

/** The place after a number or one of the words of JSON. */
function endOfWord(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && !endsWord(text.charCodeAt(index))) index++;
  return index;
}

function endsWord(char: number): boolean {
  return (
    char === COMMA ||
    char === CLOSE_BRACE ||
    char === CLOSE_BRACKET ||
    char === COLON ||
    char === QUOTE ||
    char === OPEN_BRACE ||
    char === OPEN_BRACKET ||
    isWhiteSpace(char)
  );
}

function mayLoseDigits(text: string, start: number, end: number): boolean {
  const char = text.charCodeAt(start);
  if (char !== MINUS && (char < ZERO || char > NINE)) return false;
  if (end - start > MAX_HELD_CHARS) return true;
  for (let index = start; index < end; index++) {
    const within = text.charCodeAt(index);
    if (within === SMALL_E || within === CAPITAL_E) return true;
  }
  return false;
}

function isWhiteSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
/** The code of `0`. */
export const ZERO = 0x30;
/** The code of `9`. */
export const NINE = 0x39;
/** The code of `e`. */
export const SMALL_E = 0x65;
/** The code of `E`. */
export const CAPITAL_E = 0x45;
