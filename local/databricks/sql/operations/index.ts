// The REST operations that the warehouse serves: a line each.
export { sqlSessions } from './sql-sessions.ts';
export { sqlStatements } from './sql-statements.ts';
export { sqlWarehouses } from './sql-warehouses.ts';
