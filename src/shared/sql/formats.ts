/** The forms that a result may be asked for in. */
export type ResultFormat = 'json' | 'ndjson' | 'csv' | 'arrow';

export const CONTENT_TYPES: Readonly<Record<ResultFormat, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.stream',
};

const FORMATS: Readonly<Record<string, ResultFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'text/csv': 'csv',
  'application/vnd.apache.arrow.stream': 'arrow',
};

/** What a range of types means; of these, the first one that is not refused by its own name. */
const RANGES: Readonly<Record<string, readonly ResultFormat[]>> = {
  'application/*': ['json', 'ndjson', 'arrow'],
  'text/*': ['csv'],
  '*/*': ['json', 'ndjson', 'csv', 'arrow'],
};

/**
 * The format that an `Accept` header prefers (RFC 9110 §12.5.1): by quality, then by the order given; a type with `q=0`
 * is not given for a range either. JSON without the header; `undefined` where none of its types can be given.
 */
export function formatOf(accept: string | null | undefined): ResultFormat | undefined {
  if (!accept?.trim()) return 'json';
  const entries = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  const refused = new Set(entries.filter(({ quality }) => quality === 0).map(({ type }) => FORMATS[type]));
  return entries
    .filter(({ quality }) => quality > 0)
    .toSorted((left, right) => right.quality - left.quality)
    .map(({ type }) => FORMATS[type] ?? RANGES[type]?.find((format) => !refused.has(format)))
    .find((format) => format !== undefined);
}
