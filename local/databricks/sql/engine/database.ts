import './thread-pool.ts';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { castMacros } from '../dialect/cast-macros.ts';
import { FUNCTION_MACROS } from '../dialect/functions/macros.ts';
import { informationSchemaStatements } from '../catalog/information-schema-views.ts';
import { TYPE_NAMES_TABLE } from '../catalog/type-names.ts';
import { DEFAULT_CATALOG, FUNCTIONS_CATALOG, PERSISTENT_CATALOGS, SESSION_CATALOG } from './catalog-names.ts';
import { quoteIdentifier, quoteString } from '../quoting.ts';

/** What statements together may hold; beyond it they fail, and not the whole process. */
const MEMORY_LIMIT = '4GB';

/** The DuckDB database under the warehouse. */
export interface Database extends AsyncDisposable {
  connect(): Promise<DuckDBConnection>;
}

/**
 * Opens the database: the catalogs (files in `dataDir`, or in memory), `default.diamonds`, Databricks' functions as macros.
 * Files and the network cannot be reached from statements afterwards.
 */
export async function openDatabase(dataDir?: string): Promise<Database> {
  const dir = dataDir && join(dataDir, 'sql');
  if (dir) await mkdir(dir, { recursive: true });
  // One thread a statement: on rows as few as these, threads that wait for each other take twice the time of one.
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false', threads: '1' });
  const connection = await instance.connect();
  try {
    for (const catalog of PERSISTENT_CATALOGS) {
      const file = dir ? join(dir, `${catalog}.duckdb`) : ':memory:';
      await attach(connection, file, catalog);
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${catalog}."default"`);
    }
    await connection.run(`ATTACH ':memory:' AS ${SESSION_CATALOG}`);
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await connection.run('SET GLOBAL preserve_insertion_order = true');
    await connection.run(`ATTACH ':memory:' AS ${FUNCTIONS_CATALOG}`);
    await connection.run(`USE ${FUNCTIONS_CATALOG}.main`);
    for (const macro of [...castMacros, ...FUNCTION_MACROS]) await connection.run(macro);
    await connection.run(TYPE_NAMES_TABLE);
    for (const statement of informationSchemaStatements()) await connection.run(statement);
    await createDiamonds(connection);
    await connection.run(`SET GLOBAL memory_limit = '${MEMORY_LIMIT}'`);
    await connection.run('SET GLOBAL enable_external_access = false');
  } finally {
    connection.closeSync();
  }
  return {
    connect: () => instance.connect(),
    async [Symbol.asyncDispose]() {
      const last = await instance.connect();
      for (const catalog of dir ? PERSISTENT_CATALOGS : [])
        await last.run(`CHECKPOINT ${catalog}`).catch(() => undefined);
      last.closeSync();
      instance.closeSync();
    },
  };
}

/** A database that cannot be opened (cut off while it was written, or made by another version) is put aside. */
async function attach(connection: DuckDBConnection, file: string, catalog: string): Promise<void> {
  const sql = `ATTACH ${quoteString(file)} AS ${quoteIdentifier(catalog)}`;
  try {
    await connection.run(sql);
  } catch (error) {
    if (/lock/i.test(String(error))) throw new Error(`Another process uses ${file}.`, { cause: error });
    if (file === ':memory:') throw error;
    await rename(file, `${file}.unreadable`);
    await rm(`${file}.wal`, { force: true });
    await connection.run(sql);
  }
}

/** The sample table that Databricks' own examples query: 53,940 diamonds, typed as Databricks infers them. */
async function createDiamonds(connection: DuckDBConnection): Promise<void> {
  const file = fileURLToPath(import.meta.resolve('@observablehq/sample-datasets/diamonds.csv'));
  const types =
    "{'carat': 'DOUBLE', 'cut': 'VARCHAR', 'color': 'VARCHAR', 'clarity': 'VARCHAR', 'depth': 'DOUBLE', " +
    "'table': 'DOUBLE', 'price': 'INTEGER', 'x': 'DOUBLE', 'y': 'DOUBLE', 'z': 'DOUBLE'}";
  await connection.run(
    `CREATE TABLE IF NOT EXISTS ${DEFAULT_CATALOG}."default".diamonds AS
     SELECT * FROM read_csv(${quoteString(file)}, header = true, columns = ${types},
       auto_detect = false, delim = ',', quote = '"', escape = '"', new_line = '\\n')`,
  );
}
