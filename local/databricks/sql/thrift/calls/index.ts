// The calls of TCLIService that the warehouse serves, but those for metadata: a line each.
export { cancelOperation as CancelOperation } from './cancel-operation.ts';
export { closeOperation as CloseOperation } from './close-operation.ts';
export { closeSession as CloseSession } from './close-session.ts';
export { executeStatement as ExecuteStatement } from './execute-statement.ts';
export { fetchResults as FetchResults } from './fetch-results.ts';
export { getInfo as GetInfo } from './get-info.ts';
export { getOperationStatus as GetOperationStatus } from './get-operation-status.ts';
export { getResultSetMetadata as GetResultSetMetadata } from './get-result-set-metadata.ts';
export { openSession as OpenSession } from './open-session.ts';
