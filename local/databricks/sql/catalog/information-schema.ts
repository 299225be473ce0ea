import { DEFAULT_CATALOG } from '../engine/catalog-names.ts';
import { tableNotFound } from '../errors.ts';
import { quoteString } from '../quoting.ts';
import { unsupported } from '../sql-error.ts';
import type { Session } from '../engine/session.ts';
import { informationSchemaViews, informationSchemaName } from './information-schema-views.ts';

/** The catalog whose `information_schema` covers all others. */
export const SYSTEM_CATALOG = 'system';
const INFORMATION_SCHEMA = 'information_schema';

/** Relations that Databricks has and whose rows the local warehouse cannot know. */
const REFUSED = new Set(
  `catalog_privileges catalog_provider_share_usage catalog_share_usage connection_privileges connections credential_privileges credentials
   external_location_privileges external_locations metastore_privileges metastores providers recipient_allowed_ip_ranges
   recipient_tokens recipients routine_privileges schema_privileges schema_share_usage share_recipient_privileges shares
   storage_credential_privileges storage_credentials table_privileges table_share_usage volume_privileges`.split(/\s+/),
);

/**
 * A relation of an `information_schema` as a DuckDB subquery without an alias; undefined for a name of any other table.
 * `hive_metastore` has none (docs.databricks.com, "Information schema").
 * @throws {@link SqlError} TABLE_OR_VIEW_NOT_FOUND, 0A000
 */
export function informationSchemaRelation(parts: readonly string[], session: Session): string | undefined {
  const [name = '', schema = session.schema, catalog = session.catalog] = parts
    .map((part) => part.toLowerCase())
    .toReversed();
  if (schema.toLowerCase() !== INFORMATION_SCHEMA) return undefined;
  const view = informationSchemaViews[name];
  if (REFUSED.has(name)) throw unsupported(`${INFORMATION_SCHEMA}.${name}`);
  if (view === undefined || catalog === DEFAULT_CATALOG) throw tableNotFound([catalog, schema, name].join('.'));
  const stored = informationSchemaName(name);
  if (catalog === SYSTEM_CATALOG || view.catalogColumn === undefined) return `(SELECT * FROM ${stored})`;
  return `(SELECT * FROM ${stored} WHERE ${view.catalogColumn} = lower(${quoteString(catalog)}))`;
}
