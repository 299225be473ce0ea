/** `POST /api/sql` */
export { sqlResponse as handle } from '../shared/http/sql/sql-response.ts';
