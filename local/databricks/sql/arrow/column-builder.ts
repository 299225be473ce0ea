import { DuckDBTypeId, DuckDBStructType, type DuckDBType } from '@duckdb/node-api';
import type { DataType, Field, List, Struct } from 'apache-arrow';
import type { ColumnBuilder } from './builder.ts';
import { fixedWidthCopies } from './fixed-width-copies.ts';
import { BooleanBuilder, FixedWidthBuilder, VoidBuilder } from './flat-builders.ts';
import { ArrayBuilder, ListBuilder, StructBuilder } from './nested-builders.ts';
import { StringBuilder, TextBuilder } from './text-builders.ts';

/** The builder for a DuckDB type whose Arrow type is `arrow`. */
export function columnBuilder(type: DuckDBType, arrow: DataType): ColumnBuilder {
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return new VoidBuilder(arrow);
    case DuckDBTypeId.BOOLEAN:
      return new BooleanBuilder(arrow);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
      return new StringBuilder(arrow);
    case DuckDBTypeId.LIST:
      return listBuilder(type.valueType, arrow);
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type;
      return listBuilder(new DuckDBStructType(['key', 'value'], [keyType, valueType]), arrow);
    }
    case DuckDBTypeId.ARRAY:
      return new ArrayBuilder(type, arrow, columnBuilder(type.valueType, childArrowType(arrow)));
    case DuckDBTypeId.STRUCT:
      return structBuilder(type, arrow);
    default: {
      const copy = fixedWidthCopies(type);
      return copy !== undefined ? new FixedWidthBuilder(arrow, copy) : new TextBuilder(arrow);
    }
  }
}

function listBuilder(childType: DuckDBType, arrow: DataType): ListBuilder {
  return new ListBuilder(arrow, childType, columnBuilder(childType, childArrowType(arrow)));
}

function structBuilder(type: DuckDBStructType, arrow: DataType): StructBuilder {
  const fields = (arrow as Struct).children;
  const children = type.entryTypes.map((entryType, index) => columnBuilder(entryType, fieldType(fields[index])));
  return new StructBuilder(type, arrow, children);
}

function childArrowType(arrow: DataType): DataType {
  return fieldType((arrow as List).children[0]);
}

function fieldType(field: Field | undefined): DataType {
  if (field === undefined) throw new TypeError('A nested type has no field for its values.');
  return field.type as DataType;
}
