const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;

/** A date in ISO text as Newtonsoft.Json writes it again: trailing zeros of the fraction go, an offset is turned to the host's zone, UTC. */
export function reformatDate(text: string): string {
  if (!isoDate.test(text) || Number.isNaN(Date.parse(text))) return text;
  const [whole = '', fraction = ''] = text.replace(/(?:Z|[+-]\d\d:\d\d)$/, '').split('.');
  const trimmed = fraction.slice(0, 7).replace(/0+$/, '');
  const tail = trimmed === '' ? '' : `.${trimmed}`;
  if (/[+-]\d\d:\d\d$/.test(text)) return `${new Date(text).toISOString().slice(0, 19)}${tail}+00:00`;
  return `${whole}${tail}${text.endsWith('Z') ? 'Z' : ''}`;
}

/** `value` as it comes out of Azure's .NET host, which parses JSON with dates and writes it anew. */
export function toAzureValue(value: unknown): unknown {
  if (typeof value === 'string') return reformatDate(value);
  if (Array.isArray(value)) return value.map(toAzureValue);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toAzureValue(each)]));
  return value;
}
