/** Databricks' two first catalogs: the metastore from before Unity Catalog, and the one that a new workspace gets. */
export const defaultCatalog = 'hive_metastore';
export const persistentCatalogs = [defaultCatalog, 'workspace'];
/** Where Databricks' functions are. */
export const functionsCatalog = 'functions';
/** Where sessions keep their temporary views, a schema each. */
export const sessionCatalog = 'session_views';
/** Catalogs that no session sees. */
export const systemCatalogs = [functionsCatalog, sessionCatalog, 'memory', 'system', 'temp'];
