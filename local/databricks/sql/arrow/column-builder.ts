import { DuckDBTypeId, DuckDBStructType, type DuckDBType } from '@duckdb/node-api';
import type { DataType, Field, List, Struct } from 'apache-arrow';
import type { ColumnBuilder } from './builder.ts';
import { fixedWidthCopies } from './fixed-width-copies.ts';
import { BooleanBuilder, FixedWidthBuilder, VoidBuilder } from './flat-builders.ts';
import { arrayItems, ListBuilder, listItems, StructBuilder, type ListItems } from './nested-builders.ts';
import { copyBytes, TextBuilder, writeText } from './text-builders.ts';

/** The builder for a DuckDB type whose Arrow type is `arrow`. */
export function columnBuilder(type: DuckDBType, arrow: DataType): ColumnBuilder {
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return new VoidBuilder(arrow);
    case DuckDBTypeId.BOOLEAN:
      return new BooleanBuilder(arrow);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
      return new TextBuilder(arrow, copyBytes);
    case DuckDBTypeId.LIST:
      return listBuilder(listItems(type.valueType), arrow);
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type;
      return listBuilder(listItems(new DuckDBStructType(['key', 'value'], [keyType, valueType])), arrow);
    }
    case DuckDBTypeId.ARRAY:
      return listBuilder(arrayItems(type), arrow);
    case DuckDBTypeId.STRUCT:
      return structBuilder(type, arrow);
    default: {
      const copy = fixedWidthCopies(type);
      return copy !== undefined ? new FixedWidthBuilder(arrow, copy) : new TextBuilder(arrow, writeText);
    }
  }
}

function listBuilder(items: ListItems, arrow: DataType): ListBuilder {
  return new ListBuilder(arrow, items, columnBuilder(items.type, childArrowType(arrow)));
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
