/**
 * Whether a value holds an integer that a JavaScript number cannot distinguish from its neighbours, or a number that it
 * cannot hold at all. The gateway's own reader of JSON keeps those as they came; where a host has read the text, digits are lost.
 */
export function hasRoundedNumber(value: unknown): boolean {
  if (typeof value === 'number')
    return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return false;
  return Object.values(value).some(hasRoundedNumber);
}
