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

/** The name of a format. */
export type FormatName = keyof Table;
/** The formats of `POST /api/sql`. */
export type ResultFormat = NamesWhere<{ isStreamed: true }>;
/** The formats that the rows of an asynchronous statement are kept in. */
export type StatementFormat = NamesWhere<{ isExported: true }>;

const NAMES = Object.keys(TABLE) as FormatName[];
const RESULT_FORMATS = NAMES.filter((name): name is ResultFormat => TABLE[name].isStreamed);
/** The formats that the rows of an asynchronous statement can be kept in. */
export const STATEMENT_FORMATS = NAMES.filter((name): name is StatementFormat => TABLE[name].isExported);

/** The media types that `POST /api/sql` can respond with. */
export const RESULT_TYPES: readonly string[] = RESULT_FORMATS.map((name) => TABLE[name].mediaType);

/** The `Content-Type` of a format. */
export function contentTypeOf(name: FormatName): string {
  const { mediaType, contentType = mediaType }: Format = TABLE[name];
  return contentType;
}

/**
 * The format that an `Accept` header prefers (RFC 9110 §12.5.1): the quality of each is that of the most specific range
 * that names it; of equal ones comes first what the header names first. JSON without the header; `undefined` where none
 * of its types can be given.
 */
export function formatOf(accept: string | null | undefined): ResultFormat | undefined {
  if (!accept?.trim()) return 'json';
  const ranges = accept.split(',').map(rangeOf);
  return RESULT_FORMATS.map((name) => preferenceFor(name, ranges))
    .filter(({ quality }) => quality > 0)
    .toSorted((left, right) => right.quality - left.quality || left.position - right.position)
    .at(0)?.name;
}

interface MediaRange {
  readonly type: string;
  /** 0 to 1, where 0 refuses; of a text that is no quality, 0. */
  readonly quality: number;
}

function rangeOf(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: quality <= 1 ? quality : 0 };
}

interface Preference {
  readonly name: ResultFormat;
  readonly quality: number;
  /** Of the range that says so. */
  readonly position: number;
}

function preferenceFor(name: ResultFormat, ranges: readonly MediaRange[]): Preference {
  const { mediaType } = TABLE[name];
  const bySpecificity = [mediaType, `${mediaType.split('/').at(0)}/*`, '*/*'];
  for (const wanted of bySpecificity) {
    const position = ranges.findIndex(({ type }) => type === wanted);
    const range = ranges[position];
    if (range !== undefined) return { name, quality: range.quality, position };
  }
  return { name, quality: 0, position: ranges.length };
}
