import type { FormatName } from '../formats.ts';
import { encodeArrow } from './encode-arrow.ts';
import { encodeCsv } from './encode-csv.ts';
import { encodeJson } from './encode-json.ts';
import { encodeNdjson } from './encode-ndjson.ts';
import { encodeParquet } from './encode-parquet.ts';
import type { Encoder } from './encoder.ts';

/** How each format is written. */
export const ENCODERS = {
  json: encodeJson,
  ndjson: encodeNdjson,
  csv: encodeCsv,
  arrow: encodeArrow,
  parquet: encodeParquet,
} satisfies Record<FormatName, Encoder>;
