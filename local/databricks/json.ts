interface ReviverContext {
  source?: string;
}
type Reviver = (key: string, value: unknown, context: ReviverContext) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON: (this: void, source: string) => object };

/**
 * Parses JSON; an integer too large for a JavaScript number is kept as it was written, so that it is echoed digit for digit.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && source
      ? rawJSON(source)
      : value,
  );
}
