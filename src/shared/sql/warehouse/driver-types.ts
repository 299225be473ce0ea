import type { DBSQLClient, DBSQLSession } from '@databricks/sql';
import type * as driverModule from './driver-module.ts';

/** What is used of the driver's module. */
export type Driver = typeof driverModule;
/** A session of the driver. */
export type DriverSession = Awaited<ReturnType<DBSQLClient['openSession']>>;
/** An operation of the driver. */
export type DriverOperation = Awaited<ReturnType<DBSQLSession['executeStatement']>>;
