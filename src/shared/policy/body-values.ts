/** An object of a body for Databricks, with its numbers as they came. */
export type Body = Readonly<Record<string, unknown>>;

/** A secret of a scope, which Databricks puts in when a cluster starts. */
const SECRET = /\{\{\s*secrets\//i;

/** In JSON of Databricks null and absent are the same. */
export function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The object that stands there; an empty one for anything else. */
export function objectOf(value: unknown): Body {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
  return isObject ? (value as Body) : {};
}

/** A text that says what it means; null for what Databricks fills in when the run starts, or what is no text. */
export function fixedText(value: unknown): string | null {
  return typeof value === 'string' && !value.includes('{{') ? value : null;
}

/** A whole number as Databricks takes one: as a number or as text. */
export function wholeNumber(value: unknown): number | null {
  const text = JSON.isRawJSON(value) ? value.rawJSON : value;
  if (typeof text !== 'number' && !(typeof text === 'string' && /^\d{1,15}$/.test(text))) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** An id of a saved job, as Databricks writes it. */
export function idOf(value: unknown): string | null {
  const isPlain = typeof value === 'string' || typeof value === 'number';
  const text = JSON.isRawJSON(value) ? value.rawJSON : isPlain ? String(value) : '';
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : null;
}

/** Whether a text refers to a secret of a scope, however deep it stands. */
export function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return SECRET.test(value);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return false;
  return Object.entries(value).some(([key, inner]) => SECRET.test(key) || holdsSecret(inner));
}

/** The domain of one plain address; null for anything else, as a list of them, or one that holds where to pass mail on. */
export function domainOf(address: string | null): string | null {
  return /^[\p{L}\p{N}_.+'&~-]+@((?:[\dA-Za-z-]+\.)*[\dA-Za-z-]+)$/u.exec(address ?? '')?.[1]?.toLowerCase() ?? null;
}
