import type * as databricksSql from '@databricks/sql';
import type { DBSQLClient, DBSQLSession } from '@databricks/sql';

/** The module of the driver. */
export type Driver = typeof databricksSql;
/** A session of the driver. */
export type DriverSession = Awaited<ReturnType<DBSQLClient['openSession']>>;
/** An operation of the driver. */
export type DriverOperation = Awaited<ReturnType<DBSQLSession['executeStatement']>>;
