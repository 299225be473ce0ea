import { DataType, type Field, IntervalUnit, Precision, type Schema } from 'apache-arrow';

/** A column of a result: its name, Databricks' type text (`DECIMAL(18,4)`, `ARRAY<INT>`), whether it may hold NULL. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** What the Thrift result metadata says of a column; only what is read here, everything else is left open. */
export interface ThriftColumn {
  columnName: string;
  position: number;
  typeDesc?: {
    types?: {
      primitiveEntry?: {
        type?: number;
        typeQualifiers?: { qualifiers?: Record<string, { i32Value?: number | null } | undefined> } | null;
      } | null;
    }[];
  };
}

/** Thrift's `TTypeId` by number (TCLIService.thrift), named as Databricks SQL names the types. */
const THRIFT_TYPES: readonly string[] = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'STRING',
  'TIMESTAMP',
  'BINARY',
  'ARRAY',
  'MAP',
  'STRUCT',
  'STRING',
  'STRING',
  'DECIMAL',
  'VOID',
  'DATE',
  'STRING',
  'STRING',
  'INTERVAL YEAR TO MONTH',
  'INTERVAL DAY TO SECOND',
];

/** Databricks' own type text, which its Arrow schemas carry as field metadata. */
const SQL_NAME = 'Spark:DataType:SqlName';

/**
 * The columns of a result, from its Arrow schema and, where the server sent it, the Thrift schema, whose names are the
 * ones asked for.
 */
export function columnsOf(schema: Schema, thriftColumns: readonly ThriftColumn[] = []): Column[] {
  const described = [...thriftColumns].sort((left, right) => left.position - right.position);
  return schema.fields.map((field, index) => {
    const thrift = described.length === schema.fields.length ? described[index] : undefined;
    return {
      name: thrift?.columnName ?? field.name,
      type: asGiven(field, field.metadata.get(SQL_NAME) ?? typeText(field, thrift)),
      nullable: field.nullable,
    };
  });
}

/**
 * A nested value that comes as text stays a text, whatever it looks like: Spark escapes nothing in it, so a quote in a
 * value would make fields.
 */
function asGiven(field: Field, type: string): string {
  return isText(field) && /^(ARRAY|MAP|STRUCT)\b/.test(type) ? 'STRING' : type;
}

/** A string column may stand for another type (intervals always do, DECIMAL and nested types on old servers). */
function typeText(field: Field, thrift: ThriftColumn | undefined): string {
  if (isText(field) && thrift !== undefined) return thriftTypeText(thrift);
  return arrowTypeText(field.type as DataType);
}

function isText({ type }: Field): boolean {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type);
}

/** The type text that the Thrift schema gives. */
export function thriftTypeText(column: ThriftColumn): string {
  const entry = column.typeDesc?.types?.[0]?.primitiveEntry;
  const name = THRIFT_TYPES[entry?.type ?? -1] ?? 'STRING';
  if (name !== 'DECIMAL') return name;
  const qualifiers = entry?.typeQualifiers?.qualifiers;
  const precision = qualifiers?.['precision']?.i32Value;
  return typeof precision === 'number' ? `DECIMAL(${precision},${qualifiers?.['scale']?.i32Value ?? 0})` : name;
}

function arrowTypeText(type: DataType): string {
  if (DataType.isList(type) || DataType.isFixedSizeList(type))
    return `ARRAY<${arrowTypeText(type.valueType as DataType)}>`;
  if (DataType.isMap(type))
    return `MAP<${arrowTypeText(type.keyType as DataType)}, ${arrowTypeText(type.valueType as DataType)}>`;
  if (DataType.isStruct(type)) {
    return `STRUCT<${type.children.map((field) => `${field.name}: ${arrowTypeText(field.type as DataType)}`).join(', ')}>`;
  }
  return scalarTypeText(type);
}

function scalarTypeText(type: DataType): string {
  if (DataType.isNull(type)) return 'VOID';
  if (DataType.isBool(type)) return 'BOOLEAN';
  if (DataType.isInt(type)) {
    // Databricks has no unsigned types; another server's are named by the signed type that holds them.
    const bits = type.isSigned ? type.bitWidth : type.bitWidth * 2;
    return { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INT', 64: 'BIGINT' }[bits] ?? 'DECIMAL(20,0)';
  }
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? 'DOUBLE' : 'FLOAT';
  if (DataType.isDecimal(type)) return `DECIMAL(${type.precision},${type.scale})`;
  if (DataType.isDate(type)) return 'DATE';
  if (DataType.isTimestamp(type)) return type.timezone ? 'TIMESTAMP' : 'TIMESTAMP_NTZ';
  if (DataType.isInterval(type)) {
    return type.unit === IntervalUnit.YEAR_MONTH ? 'INTERVAL YEAR TO MONTH' : 'INTERVAL DAY TO SECOND';
  }
  if (DataType.isDuration(type)) return 'INTERVAL DAY TO SECOND';
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type)) return 'BINARY';
  return 'STRING';
}
