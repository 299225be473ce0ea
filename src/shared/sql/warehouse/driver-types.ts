import type * as databricksSql from '@databricks/sql';
import type { DBSQLClient, DBSQLSession } from '@databricks/sql';

export type Driver = typeof databricksSql;
export type DriverSession = Awaited<ReturnType<DBSQLClient['openSession']>>;
export type DriverOperation = Awaited<ReturnType<DBSQLSession['executeStatement']>>;
