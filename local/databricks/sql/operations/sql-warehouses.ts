import type { Operation } from '../../operation.ts';
import type { SqlServices } from './sql-services.ts';

/** The one warehouse that there is: list, get, start, stop. */
export const sqlWarehouses: Operation<SqlServices>[] = [
  {
    name: 'sql/warehouses',
    method: 'GET',
    path: 'sql/warehouses',
    handle: (_request, { compute }) => ({ warehouses: [compute.json()] }),
  },
  {
    name: 'sql/warehouses',
    method: 'GET',
    path: 'sql/warehouses/{id}',
    handle({ params: { id = '' } }, { compute }) {
      compute.require(id);
      return compute.json();
    },
  },
  {
    name: 'sql/warehouses/start',
    method: 'POST',
    path: 'sql/warehouses/{id}/start',
    handle({ params: { id = '' } }, { compute }) {
      compute.require(id);
      compute.start();
      return {};
    },
  },
  {
    name: 'sql/warehouses/stop',
    method: 'POST',
    path: 'sql/warehouses/{id}/stop',
    handle({ params: { id = '' } }, { compute }) {
      compute.require(id);
      compute.stop();
      return {};
    },
  },
];
