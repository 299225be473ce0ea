import type { Operation } from '../../operation.ts';
import type { SqlServices } from './sql-services.ts';

/** The Statement Execution API. */
export const sqlStatements: Operation<SqlServices>[] = [
  {
    name: 'sql/statements',
    method: 'POST',
    path: 'sql/statements',
    handle: ({ body }, { statements }) => statements.execute(body),
  },
  {
    name: 'sql/statements',
    method: 'GET',
    path: 'sql/statements/{id}',
    handle: ({ params: { id = '' } }, { statements }) => statements.get(id),
  },
  {
    name: 'sql/statements',
    method: 'DELETE',
    path: 'sql/statements/{id}',
    handle: ({ params: { id = '' } }, { statements }) => statements.close(id),
  },
  {
    name: 'sql/statements/result/chunks',
    method: 'GET',
    path: 'sql/statements/{id}/result/chunks/{index}',
    handle: ({ params: { id = '', index = '' } }, { statements }) => statements.chunk(id, Number(index)),
  },
  {
    name: 'sql/statements/cancel',
    method: 'POST',
    path: 'sql/statements/{id}/cancel',
    handle: ({ params: { id = '' } }, { statements }) => statements.cancel(id),
  },
];
