import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWarehouse, type Session, type TestWarehouse } from './sql-warehouse.ts';

describe('catalog', () => {
  let warehouse: TestWarehouse;
  let session: Session;
  const run = async (...statements: string[]) => {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = await warehouse.rows(statement, { session });
    return rows;
  };
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
    session = await warehouse.openSession({ initialCatalog: 'workspace' });
    await run(
      `CREATE OR REPLACE TABLE Orders (
         id BIGINT NOT NULL COMMENT 'the \\'key\\'', name VARCHAR(5), amount DECIMAL(10,2), parts ARRAY<STRUCT<sku: STRING, n: INT>>,
         CONSTRAINT orders_pk PRIMARY KEY (id) RELY)
       USING delta PARTITIONED BY (name) COMMENT 'all (of) them' TBLPROPERTIES ('team' = 'blue', delta.appendOnly = false)`,
      'CREATE TABLE lines (order_id BIGINT, CONSTRAINT lines_fk FOREIGN KEY (order_id) REFERENCES orders (id))',
      "CREATE VIEW names (label COMMENT 'who') COMMENT 'a view' AS (WITH n AS (SELECT name FROM orders) SELECT * FROM n)",
    );
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  it('describes a table with its comments and partitions', async () => {
    expect(await run('DESCRIBE TABLE orders')).toEqual([
      { col_name: 'id', data_type: 'bigint', comment: "the 'key'" },
      { col_name: 'name', data_type: 'varchar(5)', comment: null },
      { col_name: 'amount', data_type: 'decimal(10,2)', comment: null },
      { col_name: 'parts', data_type: 'array<struct<sku:string,n:int>>', comment: null },
      { col_name: '# Partition Information', data_type: '', comment: '' },
      { col_name: '# col_name', data_type: 'data_type', comment: 'comment' },
      { col_name: 'name', data_type: 'varchar(5)', comment: null },
    ]);
    const facts = await run('DESCRIBE TABLE EXTENDED orders');
    expect(Object.fromEntries(facts.map((row) => [row['col_name'], row['data_type']]))).toMatchObject({
      Catalog: 'workspace',
      Type: 'MANAGED',
      Provider: 'delta',
      Comment: 'all (of) them',
      'Table Properties': '[team=blue,delta.appendOnly=false]',
    });
  });

  it('describes a table as JSON, as dbt reads it', async () => {
    const [row] = await run('DESCRIBE TABLE EXTENDED `workspace`.`default`.`orders` AS JSON');
    expect(JSON.parse(String(row?.['json_metadata']))).toMatchObject({
      table_name: 'orders',
      provider: 'delta',
      columns: [
        { name: 'id', type: { name: 'bigint' }, comment: "the 'key'", nullable: false },
        { name: 'name', type: { name: 'varchar', length: 5 } },
        { name: 'amount', type: { name: 'decimal', precision: 10, scale: 2 } },
        { name: 'parts', type: { name: 'array', element_type: { name: 'struct' } } },
      ],
      table_properties: { team: 'blue' },
    });
  });

  it('describes catalogs in information_schema as Unity Catalog does', async () => {
    const where = "WHERE table_schema = 'default' ORDER BY table_name";
    expect(
      await run(`SELECT table_name, table_type, data_source_format, comment FROM information_schema.tables ${where}`),
    ).toEqual([
      { table_name: 'lines', table_type: 'MANAGED', data_source_format: 'DELTA', comment: null },
      { table_name: 'names', table_type: 'VIEW', data_source_format: 'UNKNOWN_DATA_SOURCE_FORMAT', comment: 'a view' },
      { table_name: 'orders', table_type: 'MANAGED', data_source_format: 'DELTA', comment: 'all (of) them' },
    ]);
    expect(
      await run(
        "SELECT column_name, ordinal_position, full_data_type, data_type, is_nullable, partition_ordinal_position AS p FROM `system`.`information_schema`.`columns` WHERE table_catalog = 'workspace' AND table_name = 'orders' ORDER BY 2",
      ),
    ).toMatchObject([
      {
        column_name: 'id',
        ordinal_position: 0,
        full_data_type: 'bigint',
        data_type: 'LONG',
        is_nullable: 'NO',
        p: null,
      },
      { column_name: 'name', full_data_type: 'varchar(5)', data_type: 'STRING', p: 0 },
      { column_name: 'amount', full_data_type: 'decimal(10,2)', data_type: 'DECIMAL' },
      { column_name: 'parts', full_data_type: 'array<struct<sku:string,n:int>>', data_type: 'ARRAY' },
    ]);
    expect(
      await run(
        `SELECT k.constraint_name, k.column_name, r.unique_constraint_name AS parent FROM workspace.information_schema.key_column_usage AS k
         LEFT JOIN workspace.information_schema.referential_constraints AS r USING (constraint_name) ORDER BY 1`,
      ),
    ).toEqual([
      { constraint_name: 'lines_fk', column_name: 'order_id', parent: 'orders_pk' },
      { constraint_name: 'orders_pk', column_name: 'id', parent: null },
    ]);
    expect((await warehouse.refusal('SELECT * FROM hive_metastore.information_schema.tables')).sqlState).toBe('42P01');
    expect((await warehouse.refusal('SELECT * FROM system.information_schema.table_privileges')).sqlState).toBe(
      '0A000',
    );
  });

  it('names tables by IDENTIFIER, joined from parameters', async () => {
    const namedParameters = { schema: 'workspace.default', table: 'orders' };
    const named = "IDENTIFIER(:schema || '.' || :table)";
    expect(await warehouse.rows(`DESCRIBE TABLE ${named}`, { namedParameters })).toHaveLength(7);
    expect(await warehouse.rows(`SHOW TBLPROPERTIES ${named} ('team')`, { namedParameters })).toEqual([
      { key: 'team', value: 'blue' },
    ]);
    expect(
      await warehouse.rows('SHOW TABLES IN IDENTIFIER(?)', { ordinalParameters: ['workspace.default'] }),
    ).toHaveLength(3);
  });

  it('shows tables at length, their statement and their properties', async () => {
    const [extended] = await run("SHOW TABLE EXTENDED IN workspace.default LIKE 'ord*|no'");
    expect(extended).toMatchObject({ database: 'default', tableName: 'orders', isTemporary: false });
    expect(extended?.['information']).toContain(
      'Partition Columns: [`name`]\nSchema: root\n |-- id: long (nullable = false)\n |-- name: string (nullable = true)\n' +
        ' |-- amount: decimal(10,2) (nullable = true)\n |-- parts: array (nullable = true)\n |    |-- element: struct (containsNull = true)\n' +
        ' |    |    |-- sku: string (nullable = true)\n',
    );
    const [create] = await run('SHOW CREATE TABLE orders');
    expect(create?.['createtab_stmt']).toContain("id BIGINT NOT NULL COMMENT 'the \\'key\\''");
    await run("ALTER TABLE orders SET TBLPROPERTIES ('x' = 1)", "ALTER TABLE orders UNSET TBLPROPERTIES ('team')");
    expect(await run('SHOW TBLPROPERTIES orders')).toEqual([
      { key: 'delta.appendOnly', value: 'false' },
      { key: 'x', value: '1' },
    ]);
    expect(await run("SHOW FUNCTIONS LIKE 'concat*'")).toContainEqual({ function: 'concat_ws' });
    expect(await run('SHOW USER FUNCTIONS')).toEqual([]);
    expect(await run('SHOW COLUMNS IN lines')).toEqual([{ col_name: 'order_id' }]);
    expect(await run("SHOW VIEWS LIKE 'n*'")).toEqual([
      { namespace: 'default', viewName: 'names', isTemporary: false, isMaterialized: false },
    ]);
  });

  it('merges the target’s columns and leaves what else the source has, as dbt’s snapshots need', async () => {
    await run(
      'CREATE OR REPLACE TABLE merged AS SELECT 1 AS a, 0 AS b',
      `MERGE INTO workspace.default.merged AS t USING (SELECT 1 AS a, 5 AS b, 'x' AS more UNION ALL SELECT 2, 6, 'y') AS s
       ON t.a = s.a WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED AND s.more = 'y' THEN INSERT *`,
      'UPDATE workspace.default.merged SET b = b + 1 WHERE a = 2',
    );
    expect(await run('SELECT a, b FROM merged ORDER BY a')).toEqual([
      { a: 1, b: 5 },
      { a: 2, b: 7 },
    ]);
    await run('DROP TABLE merged');
  });

  it('alters tables as Delta allows', async () => {
    await run(
      'CREATE OR REPLACE TABLE altered AS SELECT 1 AS a',
      "ALTER TABLE altered ADD COLUMNS (b MAP<STRING, INT> COMMENT 'new', c STRING)",
      "COMMENT ON COLUMN workspace.default.altered.a IS 'it\\'s'",
      'ALTER TABLE altered RENAME TO renamed',
      'INSERT INTO renamed BY NAME SELECT 2 AS a',
    );
    expect(await run('DESCRIBE renamed')).toEqual([
      { col_name: 'a', data_type: 'int', comment: "it's" },
      { col_name: 'b', data_type: 'map<string,int>', comment: 'new' },
      { col_name: 'c', data_type: 'string', comment: null },
    ]);
    expect(await run('SELECT a FROM renamed ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }]);
    await run('DROP TABLE renamed');
  });

  it.each([
    ['ALTER TABLE workspace.default.orders DROP COLUMN amount', '0AKDC'],
    ['CREATE TABLE workspace.default.later (a INT DEFAULT 1)', '0AKDE'],
    ['CREATE TABLE workspace.default.later (a INT) USING parquet', '0A000'],
    ["CREATE TABLE workspace.default.later (a INT) LOCATION 's3://b/c'", '0A000'],
    ['CREATE TABLE workspace.default.orders (a INT)', '42P07'],
    ['DROP VIEW workspace.default.orders', '42809'],
    ['DROP SCHEMA workspace.default', '2BP01'],
    ['CREATE VIEW workspace.default.later AS SELECT current_schema() AS s', '0A000'],
    ['DESCRIBE HISTORY workspace.default.orders', '0A000'],
    ['OPTIMIZE workspace.default.orders', '0A000'],
    ["PUT '/tmp/x' INTO '/Volumes/a/b/c/x' OVERWRITE", '0A000'],
    ['EXPLAIN SELECT 1', '0A000'],
    ['ALTER TABLE workspace.default.orders SET TAGS (a = 1)', '0A000'],
    ['SHOW TABLES IN workspace.nowhere', '42704'],
    ['DESCRIBE workspace.default.nowhere', '42P01'],
    ["INSERT INTO workspace.default.orders (id, name) VALUES (1, 'too long')", '22001'],
    ['CREATE TABLE workspace.default.later a INT', '42601'],
  ])('refuses %s', async (statement, sqlState) => {
    expect(await warehouse.refusal(statement)).toMatchObject({ sqlState });
  });

  it('shows JDBC’s tree over the metadata calls', async () => {
    const of = async (operation: Promise<{ fetchAll(): Promise<unknown[]> }>) => (await operation).fetchAll();
    const catalogName = 'workspace';
    expect(await of(session.getSchemas({ catalogName }))).toEqual([
      { TABLE_SCHEM: 'default', TABLE_CATALOG: 'workspace' },
      { TABLE_SCHEM: 'information_schema', TABLE_CATALOG: 'workspace' },
    ]);
    expect(await of(session.getTables({ catalogName, schemaName: 'default', tableTypes: ['VIEW'] }))).toMatchObject([
      { TABLE_NAME: 'names', TABLE_TYPE: 'VIEW', REMARKS: 'a view' },
    ]);
    expect(await of(session.getColumns({ catalogName, schemaName: 'default', tableName: 'ord%' }))).toMatchObject([
      { COLUMN_NAME: 'id', TYPE_NAME: 'BIGINT', DATA_TYPE: -5, NULLABLE: 0, REMARKS: "the 'key'" },
      { COLUMN_NAME: 'name', TYPE_NAME: 'VARCHAR(5)', DATA_TYPE: 12 },
      { COLUMN_NAME: 'amount', TYPE_NAME: 'DECIMAL(10,2)', COLUMN_SIZE: 10, DECIMAL_DIGITS: 2 },
      { COLUMN_NAME: 'parts', TYPE_NAME: 'ARRAY<STRUCT<sku: STRING, n: INT>>', DATA_TYPE: 2003 },
    ]);
    const table = { catalogName, schemaName: 'default', tableName: 'orders' };
    expect(await of(session.getPrimaryKeys(table))).toMatchObject([
      { COLUMN_NAME: 'id', KEQ_SEQ: 1, PK_NAME: 'orders_pk' },
    ]);
    expect(
      await of(
        session.getCrossReference({
          parentCatalogName: catalogName,
          parentSchemaName: 'default',
          parentTableName: 'orders',
          foreignCatalogName: catalogName,
          foreignSchemaName: 'default',
          foreignTableName: 'lines',
        }),
      ),
    ).toMatchObject([{ PKCOLUMN_NAME: 'id', FKCOLUMN_NAME: 'order_id', FK_NAME: 'lines_fk', PK_NAME: 'orders_pk' }]);
    expect(await of(session.getFunctions({ functionName: '%' }))).toEqual([]);
  });

  it('shows JDBC’s tree over SHOW, as its driver asks', async () => {
    expect(await run("SHOW TABLES IN CATALOG `workspace` SCHEMA LIKE 'def*' LIKE 'ord*'")).toMatchObject([
      {
        catalogName: 'workspace',
        namespace: 'default',
        tableName: 'orders',
        tableType: 'TABLE',
        remarks: 'all (of) them',
      },
    ]);
    expect(await run("SHOW COLUMNS IN CATALOG `workspace` SCHEMA LIKE 'default' TABLE LIKE 'lines'")).toMatchObject([
      { col_name: 'order_id', columnType: 'BIGINT', isNullable: 'true' },
    ]);
    expect(await run('SHOW KEYS IN CATALOG `workspace` IN SCHEMA `default` IN TABLE `orders`')).toMatchObject([
      { col_name: 'id', keySeq: 1, constraintName: 'orders_pk' },
    ]);
    expect(await run('SHOW FOREIGN KEYS IN CATALOG `workspace` IN SCHEMA `default` IN TABLE `lines`')).toMatchObject([
      { parentTableName: 'orders', col_name: 'order_id', constraintName: 'lines_fk' },
    ]);
  });
});
