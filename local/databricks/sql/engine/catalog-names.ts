/** Databricks' two first catalogs: the metastore from before Unity Catalog, and the one that a new workspace gets. */
export const DEFAULT_CATALOG = 'hive_metastore';
/** The catalogs that are kept on disk. */
export const PERSISTENT_CATALOGS = [DEFAULT_CATALOG, 'workspace'];
/** Where Databricks' functions are. */
export const FUNCTIONS_CATALOG = 'functions';
/** Where sessions keep their temporary views, a schema each. */
export const SESSION_CATALOG = 'session_views';
/** Catalogs that no session sees. */
export const SYSTEM_CATALOGS = [FUNCTIONS_CATALOG, SESSION_CATALOG, 'memory', 'system', 'temp'];
