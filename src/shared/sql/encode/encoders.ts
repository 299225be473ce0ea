// The encoder of each format, by the format's name: a line each.
export { encodeArrow as arrow } from './encode-arrow.ts';
export { encodeCsv as csv } from './encode-csv.ts';
export { encodeJson as json } from './encode-json.ts';
export { encodeNdjson as ndjson } from './encode-ndjson.ts';
export { encodeParquet as parquet } from './encode-parquet.ts';
