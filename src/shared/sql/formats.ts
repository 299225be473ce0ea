interface Format {
  readonly mediaType: string;
  /** Of the `Content-Type` header, where it says more than the media type. */
  readonly contentType?: string;
  /** Whether `POST /api/sql` streams it. */
  readonly isStreamed: boolean;
  /** Whether the rows of an asynchronous statement can be kept in it. */
  readonly isExported: boolean;
}

/**
 * Every format of a result; what a range of types such as `text/*` prefers comes first. How each is written is in
 * `encode/encoders.ts`.
 */
const TABLE = {
  json: { mediaType: 'application/json', isStreamed: true, isExported: false },
  ndjson: { mediaType: 'application/x-ndjson', isStreamed: true, isExported: true },
  csv: { mediaType: 'text/csv', contentType: 'text/csv; charset=utf-8', isStreamed: true, isExported: true },
  arrow: { mediaType: 'application/vnd.apache.arrow.stream', isStreamed: true, isExported: true },
  parquet: { mediaType: 'application/vnd.apache.parquet', isStreamed: false, isExported: true },
} as const satisfies Readonly<Record<string, Format>>;

type Table = typeof TABLE;
type NamesWhere<Fits> = { [Name in keyof Table]: Table[Name] extends Fits ? Name : never }[keyof Table];

export type FormatName = keyof Table;
/** The formats of `POST /api/sql`. */
export type ResultFormat = NamesWhere<{ isStreamed: true }>;
/** The formats that the rows of an asynchronous statement are kept in. */
export type StatementFormat = NamesWhere<{ isExported: true }>;

const NAMES = Object.keys(TABLE) as FormatName[];
const RESULT_FORMATS = NAMES.filter((name): name is ResultFormat => TABLE[name].isStreamed);
export const STATEMENT_FORMATS = NAMES.filter((name): name is StatementFormat => TABLE[name].isExported);

/** The media types that `POST /api/sql` can respond with. */
export const RESULT_TYPES: readonly string[] = RESULT_FORMATS.map((name) => TABLE[name].mediaType);

export function contentTypeOf(name: FormatName): string {
  const { mediaType, contentType = mediaType }: Format = TABLE[name];
  return contentType;
}

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
  const refused = new Set(entries.filter(({ quality }) => quality === 0).map(({ type }) => type));
  return entries
    .filter(({ quality }) => quality > 0)
    .toSorted((left, right) => right.quality - left.quality)
    .map(({ type }) => RESULT_FORMATS.find((name) => matches(TABLE[name].mediaType, type, refused)))
    .find((format) => format !== undefined);
}

function matches(mediaType: string, range: string, refused: ReadonlySet<string>): boolean {
  if (mediaType === range) return true;
  const [type = ''] = mediaType.split('/');
  return (range === '*/*' || range === `${type}/*`) && !refused.has(mediaType);
}
