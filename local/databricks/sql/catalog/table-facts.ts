import { DEFAULT_CATALOG } from '../engine/catalog-names.ts';
import { CURRENT_USER } from '../engine/session.ts';
import type { Relation } from './catalog-reader.ts';

/** The provider of every table: no other is accepted. */
const PROVIDER = 'delta';

/** `Fri Aug 30 15:10:21 UTC 2019`, as DESCRIBE EXTENDED writes times. */
function timeText(ms: number): string {
  const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(new Date(ms).toUTCString()) ?? [];
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

/** What DESCRIBE EXTENDED and SHOW TABLE EXTENDED say of a table or view, by the name of the fact, in Databricks' order. */
export function tableFacts(relation: Relation): Record<string, string> {
  const { catalog, schema, name, kind, details } = relation;
  const properties = Object.entries(details.properties).map(([key, value]) => `${key}=${value}`);
  return {
    Catalog: catalog,
    Database: schema,
    Table: name,
    Owner: CURRENT_USER,
    'Created Time': timeText(details.createdMs),
    'Last Access': 'UNKNOWN',
    'Created By': 'Spark 3.5.0',
    Type: kind === 'view' ? 'VIEW' : 'MANAGED',
    ...(kind === 'table' ? { Provider: PROVIDER } : {}),
    ...(details.comment === undefined ? {} : { Comment: details.comment }),
    ...(kind === 'view' ? viewFacts(relation) : {}),
    ...(properties.length > 0 ? { 'Table Properties': `[${properties.join(',')}]` } : {}),
    ...(kind === 'table' ? { Location: locationOf(relation), Is_managed_location: 'true' } : {}),
  };
}

/** Where a managed table would be: in the metastore's warehouse, or in storage that Unity Catalog manages. */
export function locationOf({ catalog, schema, name }: Relation): string {
  return catalog === DEFAULT_CATALOG
    ? `dbfs:/user/hive/warehouse/${schema === 'default' ? '' : `${schema}.db/`}${name}`
    : `abfss://unity@local.dfs.core.windows.net/${catalog}/${schema}/${name}`;
}

function viewFacts({ details, catalog, schema }: Relation): Record<string, string> {
  const text = details.viewText ?? '';
  return { 'View Text': text, 'View Original Text': text, 'View Catalog and Namespace': `${catalog}.${schema}` };
}
