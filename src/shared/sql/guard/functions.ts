import type { DenyRule } from './deny-rules.ts';

/**
 * Functions that do more than compute: they reach other systems, run code of the virtual machine or a model, hand out
 * secrets, or read files by path. A read that calls one needs a rule that names it.
 * @see https://docs.databricks.com/sql/language-manual/sql-ref-functions-builtin-alpha.html
 */
const REACHING: ReadonlySet<string> = new Set([
  'cloud_files',
  'cloud_files_state',
  'from_protobuf',
  'http_request',
  'java_method',
  'list_secrets',
  'python_exec',
  'read_files',
  'read_kafka',
  'read_kinesis',
  'read_pubsub',
  'read_pulsar',
  'read_state_metadata',
  'read_statestore',
  'reflect',
  'remote_query',
  'secret',
  'to_protobuf',
  'try_reflect',
  'try_secret',
  'vector_search',
]);

/** With a third argument these ask a schema registry at an address of the statement's choice. */
const REGISTRY_READERS: ReadonlySet<string> = new Set(['from_avro', 'to_avro', 'schema_of_avro']);

/** Functions of a model: rows leave for its endpoint. */
const MODEL_PREFIX = 'ai_';
/** A schema of functions that run code and ask models. */
const MODEL_SCHEMA = 'system.ai.';

/**
 * Table functions that compute from their arguments or read tables by name; every other one needs a rule that names it.
 */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'collations',
  'event_log',
  'explode',
  'explode_outer',
  'flatten',
  'inline',
  'inline_outer',
  'json_tuple',
  'posexplode',
  'posexplode_outer',
  'range',
  'sql_keywords',
  'stack',
  'table_changes',
  'unnest',
  'variant_explode',
  'variant_explode_outer',
]);

/**
 * The rule that refuses a call; undefined where none does. `parts` is the function's name. One that is not known is
 * taken for one of the organisation's own, which its owner has granted; a table function must be known.
 */
export function denied(
  parts: readonly string[],
  argumentCount: number,
  isTableFunction: boolean,
): DenyRule | undefined {
  const name = functionName(parts);
  const isModel = parts.map(folded).join('.').startsWith(MODEL_SCHEMA) || name.startsWith(MODEL_PREFIX);
  if (isModel || REACHING.has(name)) return 'reaching-function';
  if (REGISTRY_READERS.has(name)) return argumentCount > 2 ? 'reaching-function' : undefined;
  return isTableFunction && !TABLE_FUNCTIONS.has(name) ? 'unknown-table-function' : undefined;
}

/** The name of a function without its schema, as rules have it. */
export function functionName(parts: readonly string[]): string {
  return folded(parts.at(-1) ?? '');
}

/** A name as it is compared: lower case; the long s and the dotless i become s and i, as in keywords. */
export function folded(part: string): string {
  return part.toUpperCase().toLowerCase();
}

/**
 * Options of tables that choose versions or how much is read at once; others name files, or run statements at a source.
 */
const TABLE_OPTIONS: ReadonlySet<string> = new Set(
  [
    'endingtimestamp endingversion fetchsize ignorechanges ignoredeletes lowerbound maxbytespertrigger maxfilespertrigger',
    'numpartitions partitioncolumn pushdown readchangedata readchangefeed skipchangecommits startingtimestamp',
    'startingversion timestampasof upperbound versionasof',
  ].flatMap((names) => names.split(' ')),
);

/** Whether an option of a table, `WITH ('fetchsize' = 100)`, only chooses what is read of it. */
export function isPlainTableOption(name: string): boolean {
  return TABLE_OPTIONS.has(folded(name));
}

/** Formats that may stand before a path where a table's name stands: `` csv.`/data` ``. */
const FILE_FORMATS: ReadonlySet<string> = new Set(
  'avro binaryfile cloudfiles csv delta deltasharing excel hudi iceberg image jdbc json kafka libsvm orc parquet rate redis rocksdb socket text xml'.split(
    ' ',
  ),
);

/** Whether the name of a table is one of files instead. */
export function isFileRelation(parts: readonly string[]): boolean {
  if (parts.some((part) => /[/\\:]/.test(part))) return true;
  const [format = ''] = parts;
  // A format may also be the name of a class.
  return parts.length === 2 && (FILE_FORMATS.has(format.toLowerCase()) || format.includes('.'));
}
