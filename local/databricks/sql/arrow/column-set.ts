import types from '@databricks/sql/thrift/TCLIService_types.js';
import type { TColumn } from '@databricks/sql/thrift/TCLIService_types.js';
import { Int64 } from 'thrift';
import type { Data, RecordBatch } from 'apache-arrow';
import type { Column, ColumnType } from '../types/column-type.ts';
import { bytesOf, isValid, textReader } from './value-text.ts';

/** The rows of a batch as Thrift columns, for clients that do not read Arrow. */
export function thriftColumns(columns: Column[], batch: RecordBatch): TColumn[] {
  return columns.map(({ type }, index) => thriftColumn(type, batch.data.children[index] as Data, batch.numRows));
}

function thriftColumn(type: ColumnType, data: Data, rows: number): TColumn {
  const nulls = Buffer.alloc((rows + 7) >> 3);
  for (let row = 0; row < rows; row++)
    if (!isValid(data, row)) nulls[row >> 3] = (nulls[row >> 3] ?? 0) | (1 << (row & 7));
  const gather = <T>(read: (row: number) => T, empty: T): T[] =>
    Array.from({ length: rows }, (_, row) => (isValid(data, row) ? read(row) : empty));
  const numbers = () => gather((row) => (data.values as Int32Array)[row] ?? 0, 0);
  switch (type.kind) {
    case 'boolean': {
      const text = textReader(type, data, 'spark');
      return new types.TColumn({ boolVal: { values: gather((row) => text(row) === 'true', false), nulls } });
    }
    case 'tinyint':
      return new types.TColumn({ byteVal: { values: numbers(), nulls } });
    case 'smallint':
      return new types.TColumn({ i16Val: { values: numbers(), nulls } });
    case 'int':
      return new types.TColumn({ i32Val: { values: numbers(), nulls } });
    case 'float':
    case 'double':
      return new types.TColumn({ doubleVal: { values: numbers(), nulls } });
    case 'bigint': {
      const longs = gather((row) => int64((data.values as BigInt64Array)[row] ?? 0n), int64(0n));
      return new types.TColumn({ i64Val: { values: longs, nulls } });
    }
    case 'binary':
      return new types.TColumn({
        binaryVal: { values: gather((row) => bytesOf(data, row), Buffer.alloc(0)), nulls },
      });
    default: {
      const text = textReader(type, data, 'spark');
      return new types.TColumn({ stringVal: { values: gather((row) => text(row) ?? '', ''), nulls } });
    }
  }
}

/** A 64-bit integer for Thrift. */
export function int64(value: bigint | number): Int64 {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return new Int64(bytes);
}
