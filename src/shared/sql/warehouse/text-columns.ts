import {
  type Data,
  DataType,
  DateDay,
  Decimal,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Vector,
} from 'apache-arrow';
import type { Column } from './columns.ts';
import { decimalWords, epochDay, epochMicroseconds } from './parse-text.ts';

/** How the text of one column becomes values of the type that the column is announced with. */
interface Conversion {
  readonly type: DataType;
  readonly convert: (texts: Iterable<string | null>, length: number) => ArrayBufferView;
}

/**
 * Servers that do not know Arrow's types send DATE, TIMESTAMP and DECIMAL as text. Gives the columns their own types,
 * so that every format writes them as it writes those of a server of today; `undefined` where there is nothing to do.
 */
export function textColumns(schema: Schema, columns: readonly Column[]) {
  const conversions = schema.fields.map((field, index) =>
    DataType.isUtf8(field.type) ? conversionOf(columns[index]?.type ?? '') : undefined,
  );
  if (conversions.every((conversion) => conversion === undefined)) return undefined;
  const native = new Schema(
    schema.fields.map((field, index) =>
      conversions[index] === undefined
        ? field
        : new Field(field.name, conversions[index].type, field.nullable, field.metadata),
    ),
    schema.metadata,
  );
  return {
    schema: native,
    /** Whether the text is in a time zone that it does not name. */
    needsUtc: columns.some(({ type }, index) => conversions[index] !== undefined && type === 'TIMESTAMP'),
    /** @throws {RangeError} for text that is no value of its column's type */
    convert: (batch: RecordBatch): RecordBatch => {
      const children = batch.data.children.map((child, index) => converted(child, conversions[index]));
      const type = new Struct(native.fields);
      return new RecordBatch(
        native,
        makeData({ type, length: batch.numRows, nullCount: 0, children: children as never }),
      );
    },
  };
}

function conversionOf(sqlType: string): Conversion | undefined {
  if (sqlType === 'DATE') {
    return {
      type: new DateDay(),
      convert: (texts) => Int32Array.from(texts, (text) => epochDay(text ?? '1970-01-01')),
    };
  }
  if (sqlType === 'TIMESTAMP' || sqlType === 'TIMESTAMP_NTZ') {
    return {
      type: new TimestampMicrosecond(sqlType === 'TIMESTAMP' ? 'Etc/UTC' : null),
      convert: (texts) =>
        BigInt64Array.from(texts, (text) => epochMicroseconds(text ?? '1970-01-01 00:00:00', sqlType === 'TIMESTAMP')),
    };
  }
  const [, precision, scale] = /^DECIMAL\((\d{1,2}),(\d{1,2})\)$/.exec(sqlType) ?? [];
  if (precision === undefined || scale === undefined) return undefined;
  return {
    type: new Decimal(Number(scale), Number(precision), 128),
    convert: (texts, length) => {
      const words = new Uint32Array(4 * length);
      let row = 0;
      for (const text of texts) words.set(decimalWords(text ?? '0', Number(precision), Number(scale)), 4 * row++);
      return words;
    },
  };
}

function converted(data: Data, conversion: Conversion | undefined): Data {
  if (conversion === undefined) return data;
  const { type, convert } = conversion;
  const texts = new Vector([data]) as Iterable<string | null>;
  const { length, nullCount, nullBitmap, offset } = data;
  if (nullCount === 0 || nullBitmap === undefined) {
    return makeData({ type, length, nullCount: 0, data: convert(texts, length) } as never);
  }
  const valid = new Uint8Array(Math.ceil(length / 8));
  for (let row = 0; row < length; row++) {
    const at = offset + row;
    if (((nullBitmap[at >> 3] as number) >> (at & 7)) & 1)
      valid[row >> 3] = (valid[row >> 3] as number) | (1 << (row & 7));
  }
  return makeData({ type, length, nullCount, nullBitmap: valid, data: convert(texts, length) } as never);
}
