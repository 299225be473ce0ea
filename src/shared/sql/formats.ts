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
  'application/*': 'json',
  'text/*': 'csv',
  '*/*': 'json',
};

/**
 * The format that an `Accept` header prefers: by quality, then by the order given (RFC 9110 §12.5.1, without specificity:
 * the four types have no parameters). JSON without the header; `undefined` where none of its types can be given.
 */
export function formatOf(accept: string | null | undefined): ResultFormat | undefined {
  if (!accept?.trim()) return 'json';
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { format: FORMATS[type], quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  return ranges
    .filter(({ format, quality }) => format !== undefined && quality > 0)
    .toSorted((left, right) => right.quality - left.quality)[0]?.format;
}
