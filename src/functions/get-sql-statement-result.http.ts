/** `GET /api/sql/statements/{id}/result` */
export { getStatementResult as handle } from '../shared/http/statement/get-statement-result.ts';
