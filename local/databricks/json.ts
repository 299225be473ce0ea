interface ReviverContext {
  source?: string;
}
type Reviver = (key: string, value: unknown, context: ReviverContext) => unknown;
const PARSE = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON: (this: void, source: string) => object;
  isRawJSON: (this: void, value: unknown) => boolean;
};

/**
 * Parses JSON; an integer too large for a JavaScript number is kept as it was written, so that it is echoed digit for digit.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return PARSE(text, (_key, value, { source }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && source
      ? rawJSON(source)
      : value,
  );
}

/** The digits of an integer that was too large for a number, or undefined for any other value. */
export function digitsOf(value: unknown): string | undefined {
  return isRawJSON(value) ? JSON.stringify(value) : undefined;
}
