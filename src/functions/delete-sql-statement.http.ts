/** `DELETE /api/sql/statements/{id}` */
export { cancelStatement as handle } from '../shared/http/statement/cancel-statement.ts';
