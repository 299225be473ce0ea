import { thrift as driver } from '@databricks/sql';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasWarehouse, mayWrite, openTarget, type ConformanceTarget } from './target.ts';
import { columnNames, columnValues, ThriftClient } from './thrift-client.ts';

const ERROR_STATE = 5;
const SUCCESS_STATUS = 0;
const ERROR_STATUS = 3;
/** An element of an array, a key or a value of a map: a text, or the parts of another one. */
const valueArg = (type: string, value?: string | T.TSparkParameterValueArg[]) =>
  new driver.TCLIService_types.TSparkParameterValueArg({
    type,
    ...(typeof value === 'string' ? { value } : value && { arguments: value }),
  });

const SCHEMA = `conformance_${process.pid}`;

describe.runIf(hasWarehouse)('Thrift over HTTP, as the SQL drivers speak it', () => {
  let target: ConformanceTarget;
  let client: ThriftClient;
  const execute = (statement: string) => client.run('ExecuteStatement', { statement });
  beforeAll(async () => {
    target = await openTarget();
    client = new ThriftClient(target);
    await client.open();
  });
  afterAll(async () => {
    await client.close();
    await target[Symbol.asyncDispose]();
  });

  it('sends metadata and rows of a short statement with its handle, and closes it', async () => {
    const response = await execute("SELECT 1 AS n, 'x' AS s");
    expect(columnNames(response)).toEqual(['n', 's']);
    expect(columnValues(response, 's')).toEqual(['x']);
    expect(response.directResults?.closeOperation?.status.statusCode).toBe(SUCCESS_STATUS);
  });

  it('binds arrays and maps, which come in parts', async () => {
    const counts = [
      valueArg('STRING', 'k'),
      valueArg('ARRAY', [valueArg('TINYINT', '1'), valueArg('VOID'), valueArg('BIGINT', '2')]),
    ];
    const response = await client.run('ExecuteStatement', {
      statement:
        "SELECT :texts[1] AS text, array_join(:texts, ' ') AS texts, typeof(:counts) AS type, :counts['k'][2] AS count, size(:none) AS size",
      parameters: [
        { name: 'texts', type: 'ARRAY', arguments: ['a,b', 'c"d', "e'f"].map((text) => valueArg('STRING', text)) },
        { name: 'counts', type: 'MAP', arguments: counts },
        { name: 'none', type: 'ARRAY', arguments: [] },
      ],
    });
    expect(columnValues(response, 'text')).toEqual(['c"d']);
    expect(columnValues(response, 'texts')).toEqual([`a,b c"d e'f`]);
    expect(columnValues(response, 'type')).toEqual(['map<string,array<bigint>>']);
    expect(columnValues(response, 'count').map(Number)).toEqual([2]);
    expect(columnValues(response, 'size')).toEqual([0]);
  });

  it('sends an empty result of a statement without rows', async () => {
    const { directResults } = await execute('USE SCHEMA default');
    expect(directResults?.resultSet?.status.statusCode).toBe(SUCCESS_STATUS);
    expect(directResults?.resultSet?.hasMoreRows).toBe(false);
  });

  it('fails a statement with its SQLSTATE and its error class', async () => {
    const { directResults } = await execute('SELECT * FROM no_such_table');
    expect(directResults?.operationStatus).toMatchObject({ operationState: ERROR_STATE, sqlState: '42P01' });
    expect(directResults?.operationStatus?.displayMessage).toContain('[TABLE_OR_VIEW_NOT_FOUND]');
  });

  it('sends the metadata again with fetched rows when it is asked to', async () => {
    const { operationHandle, directResults } = await client.run('ExecuteStatement', {
      statement: 'SELECT id FROM range(300)',
    });
    expect(directResults?.resultSet?.hasMoreRows).toBe(true);
    const fetched = await client.call<{ resultSetMetadata?: { schema?: { columns: unknown[] } } }>('FetchResults', {
      operationHandle,
      orientation: 0,
      maxRows: 100,
      includeResultSetMetadata: true,
    });
    expect(fetched.resultSetMetadata?.schema?.columns).toHaveLength(1);
    await client.call('CloseOperation', { operationHandle });
  });

  it('finds catalogs, schemas and tables by JDBC’s patterns', async () => {
    expect(columnValues(await client.run('GetCatalogs'), 'TABLE_CAT')).toContain('system');
    const schemas = await client.run('GetSchemas', { catalogName: 'system', schemaName: 'information\\_%' });
    expect(columnValues(schemas, 'TABLE_SCHEM')).toEqual(['information_schema']);
    const tables = await client.run('GetTables', {
      catalogName: 'system',
      schemaName: 'information\\_schema',
      tableName: 'table_',
      tableTypes: ['VIEW'],
    });
    expect(columnValues(tables, 'TABLE_NAME')).toEqual(['tables']);
    const columns = await client.run('GetColumns', {
      catalogName: 'system',
      schemaName: 'information_schema',
      tableName: 'tables',
      columnName: 'table%',
    });
    expect(columnValues(columns, 'COLUMN_NAME')).toContain('table_catalog');
    expect(columnNames(columns).slice(0, 6)).toEqual([
      'TABLE_CAT',
      'TABLE_SCHEM',
      'TABLE_NAME',
      'COLUMN_NAME',
      'DATA_TYPE',
      'TYPE_NAME',
    ]);
  });

  it('shows what dbt asks for', async () => {
    expect(columnNames(await execute("SHOW SCHEMAS IN system LIKE 'information*'"))).toEqual(['databaseName']);
    expect(columnNames(await execute('SHOW TABLES IN system.information_schema'))).toEqual([
      'database',
      'tableName',
      'isTemporary',
    ]);
    expect(columnNames(await execute('DESCRIBE TABLE system.information_schema.tables'))).toEqual([
      'col_name',
      'data_type',
      'comment',
    ]);
    const tables = await execute(
      'SELECT table_name, table_type, table_owner, data_source_format, last_altered FROM `system`.`information_schema`.`tables` LIMIT 1',
    );
    expect(columnNames(tables)).toHaveLength(5);
  });

  it('refuses a session with a setting that no warehouse has', async () => {
    const other = new ThriftClient(target);
    const { status } = await other.open({ configuration: { 'no.such.setting': '1' } });
    expect(status).toMatchObject({ statusCode: ERROR_STATUS });
    expect(status.errorMessage).toContain('no.such.setting');
  });

  it.runIf(mayWrite)('keeps comments, properties and keys of a table', async () => {
    await execute(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    try {
      await execute(
        `CREATE OR REPLACE TABLE ${SCHEMA}.t (id BIGINT NOT NULL COMMENT 'the id', CONSTRAINT t_key PRIMARY KEY (id)) USING delta TBLPROPERTIES ('team' = 'blue')`,
      );
      expect(columnValues(await execute(`SHOW TBLPROPERTIES ${SCHEMA}.t ('team')`), 'value')).toEqual(['blue']);
      expect(columnValues(await execute(`DESCRIBE ${SCHEMA}.t`), 'comment')).toEqual(['the id']);
      const merged = await execute(
        `MERGE INTO ${SCHEMA}.t AS t USING (SELECT 1 AS id) AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT *`,
      );
      expect(columnNames(merged)).toEqual([
        'num_affected_rows',
        'num_updated_rows',
        'num_deleted_rows',
        'num_inserted_rows',
      ]);
    } finally {
      await execute(`DROP SCHEMA ${SCHEMA} CASCADE`);
    }
  });
});
