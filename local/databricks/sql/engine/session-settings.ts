import { SqlError, unsupported } from '../sql-error.ts';

/** The values of a setting that change nothing here; undefined where every value is kept. */
interface Setting {
  onlyValues?: RegExp;
}

/**
 * Configuration parameters of SQL warehouses (docs.databricks.com, "Configuration parameters"), and those that published
 * clients set when they connect.
 */
const SETTINGS: Readonly<Record<string, Setting>> = {
  ansi_mode: { onlyValues: /^true$/i },
  enable_photon: {},
  legacy_time_parser_policy: { onlyValues: /^(?:exception|corrected)$/i },
  max_file_partition_bytes: {},
  query_tags: {},
  read_only_external_metastore: {},
  statement_timeout: {},
  timezone: {},
  use_cached_result: {},
};
const CLIENT_SETTINGS =
  /^(?:spark\.(?:sql\.)?thriftserver\.|spark\.databricks\.|hive\.server2\.|use:|set:hiveconf:|clientInfo\.)/i;
/** Spark's own names of what Databricks SQL lets a session set. */
const SPARK_SETTINGS: Readonly<Record<string, Setting>> = {
  'spark.sql.ansi.enabled': { onlyValues: /^true$/i },
  'spark.sql.session.timezone': {},
  'spark.sql.sources.partitionoverwritemode': { onlyValues: /^static$/i },
};

/**
 * Whether a session may set a parameter.
 * @throws {@link SqlError} CONFIG_NOT_AVAILABLE for a name that no SQL warehouse has, 0A000 for a value that the local one cannot follow
 */
export function checkSetting(name: string, value?: string): void {
  const key = name.toLowerCase();
  if (CLIENT_SETTINGS.test(name)) return;
  const setting = SETTINGS[key] ?? SPARK_SETTINGS[key];
  if (setting === undefined)
    throw new SqlError('CONFIG_NOT_AVAILABLE', '42K0I', `Configuration ${name} is not available.`);
  if (value !== undefined && setting.onlyValues !== undefined && !setting.onlyValues.test(value))
    throw unsupported(`${name} = ${value}`);
}
