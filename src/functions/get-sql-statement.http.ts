/** `GET /api/sql/statements/{id}` */
export { getStatement as handle } from '../shared/http/statement/get-statement.ts';
