import types from '@databricks/sql/thrift/TCLIService_types.js';
import type {
  TFetchResultsResp,
  TGetOperationStatusResp,
  TGetResultSetMetadataResp,
  TStatus,
  TTableSchema,
  TTypeId,
} from '@databricks/sql/thrift/TCLIService_types.js';
import type { RecordBatch } from 'apache-arrow';
import { batchMessage, schemaMessage } from '../arrow/arrow-messages.ts';
import { int64, thriftColumns } from '../arrow/column-set.ts';
import type { Column, ColumnType } from '../types/column-type.ts';
import type { SqlError } from '../sql-error.ts';

/** The status of a call that succeeded. */
export const successStatus = (): TStatus => new types.TStatus({ statusCode: types.TStatusCode.SUCCESS_STATUS });

/** The status of a call that failed, with its SQLSTATE. */
export function errorStatus(error: SqlError): TStatus {
  return new types.TStatus({
    statusCode: types.TStatusCode.ERROR_STATUS,
    sqlState: error.sqlState,
    errorCode: 0,
    errorMessage: `Error running query: ${error.message}`,
    displayMessage: error.message,
    infoMessages: [`*org.apache.hive.service.cli.HiveSQLException:Error running query: ${error.message}`],
  });
}

/** The status of a call with a handle that is not open. */
export function invalidHandleStatus(message: string): TStatus {
  return new types.TStatus({
    statusCode: types.TStatusCode.INVALID_HANDLE_STATUS,
    sqlState: 'HY000',
    errorCode: 0,
    errorMessage: message,
    displayMessage: message,
  });
}

/** What an error adds to an operation's status; JDBC's driver reads it from the call's own status, which is a success. */
export function failureOf(error: SqlError | undefined): Partial<TGetOperationStatusResp> {
  if (error === undefined) return {};
  return {
    status: new types.TStatus({
      statusCode: types.TStatusCode.SUCCESS_STATUS,
      sqlState: error.sqlState,
      errorMessage: error.message,
      displayMessage: error.message,
    }),
    sqlState: error.sqlState,
    errorCode: 0,
    errorMessage: `Error running query: ${error.message}`,
    displayMessage: error.message,
  };
}

const typeIds = {
  boolean: types.TTypeId.BOOLEAN_TYPE,
  tinyint: types.TTypeId.TINYINT_TYPE,
  smallint: types.TTypeId.SMALLINT_TYPE,
  int: types.TTypeId.INT_TYPE,
  bigint: types.TTypeId.BIGINT_TYPE,
  float: types.TTypeId.FLOAT_TYPE,
  double: types.TTypeId.DOUBLE_TYPE,
  date: types.TTypeId.DATE_TYPE,
  timestamp: types.TTypeId.TIMESTAMP_TYPE,
  // Thrift has no type for it; real servers say TIMESTAMP and leave the difference to the Arrow schema.
  timestamp_ntz: types.TTypeId.TIMESTAMP_TYPE,
  string: types.TTypeId.STRING_TYPE,
  binary: types.TTypeId.BINARY_TYPE,
  interval: types.TTypeId.INTERVAL_DAY_TIME_TYPE,
  // As a real server sends it: JSON text.
  variant: types.TTypeId.STRING_TYPE,
  void: types.TTypeId.NULL_TYPE,
  decimal: types.TTypeId.DECIMAL_TYPE,
  array: types.TTypeId.ARRAY_TYPE,
  struct: types.TTypeId.STRUCT_TYPE,
  map: types.TTypeId.MAP_TYPE,
} satisfies Record<ColumnType['kind'], TTypeId>;

function thriftTypeId(type: ColumnType): TTypeId {
  return type.text === 'INTERVAL YEAR TO MONTH' ? types.TTypeId.INTERVAL_YEAR_MONTH_TYPE : typeIds[type.kind];
}

function tableSchema(columns: Column[]): TTableSchema {
  return new types.TTableSchema({
    columns: columns.map(({ name, type }, index) => {
      const qualifiers =
        type.kind === 'decimal'
          ? {
              typeQualifiers: new types.TTypeQualifiers({
                qualifiers: {
                  precision: new types.TTypeQualifierValue({ i32Value: type.precision }),
                  scale: new types.TTypeQualifierValue({ i32Value: type.scale }),
                },
              }),
            }
          : {};
      const primitiveEntry = new types.TPrimitiveTypeEntry({ type: thriftTypeId(type), ...qualifiers });
      return new types.TColumnDesc({
        columnName: name,
        position: index + 1,
        typeDesc: new types.TTypeDesc({ types: [new types.TTypeEntry({ primitiveEntry })] }),
        comment: '',
      });
    }),
  });
}

/** The columns of a result; with a schema, its rows are Arrow. */
export function resultSetMetadata(result: {
  columns: Column[];
  arrowSchema: Parameters<typeof schemaMessage>[0] | undefined;
}): TGetResultSetMetadataResp {
  return new types.TGetResultSetMetadataResp({
    status: successStatus(),
    schema: tableSchema(result.columns),
    resultFormat:
      result.arrowSchema !== undefined
        ? types.TSparkRowSetType.ARROW_BASED_SET
        : types.TSparkRowSetType.COLUMN_BASED_SET,
    lz4Compressed: false,
    ...(result.arrowSchema !== undefined ? { arrowSchema: schemaMessage(result.arrowSchema) } : {}),
    isStagingOperation: false,
  });
}

/** Rows as one response to FetchResults, in Arrow or in columns. */
export function fetchResponse(rows: {
  columns: Column[];
  batches: RecordBatch[];
  asArrow: boolean;
  startRow: number;
  hasMoreRows: boolean;
}): TFetchResultsResp {
  // Assigned afterwards: the constructors copy every list they are given, deeply.
  const results = new types.TRowSet({ startRowOffset: int64(rows.startRow), rows: [] });
  if (rows.asArrow) {
    results.arrowBatches = rows.batches
      .filter((batch) => batch.numRows > 0)
      .map((batch) =>
        Object.assign(new types.TSparkArrowBatch(), { batch: batchMessage(batch), rowCount: int64(batch.numRows) }),
      );
  } else {
    const [batch] = rows.batches;
    results.columns = batch !== undefined ? thriftColumns(rows.columns, batch) : [];
  }
  const response = new types.TFetchResultsResp({ status: successStatus(), hasMoreRows: rows.hasMoreRows });
  response.results = results;
  return response;
}
