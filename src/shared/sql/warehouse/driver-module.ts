/*
 * The driver, as it is loaded: a bundle gives a module in CommonJS that is imported where it is used no names but those
 * that a module like this one lists.
 */

export { DBSQLClient, DBSQLParameter } from '@databricks/sql';
