import { z } from 'zod';
import { ApiError } from '../../api-error.ts';
import type { Operation } from '../../operation.ts';
import type { SqlServices } from './sql-services.ts';

const sessionBody = z.object({
  warehouse_id: z.string(),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  session_confs: z.record(z.string(), z.string()).optional(),
});

/** Sessions of the SQL Execution API, which the JDBC driver and the connectors open beside its statements. */
export const sqlSessions: Operation<SqlServices>[] = [
  {
    name: 'sql/sessions',
    method: 'POST',
    path: 'sql/sessions',
    async handle({ body }, { engine, compute }) {
      const parsed = sessionBody.safeParse(body);
      if (!parsed.success) throw new ApiError(400, 'INVALID_PARAMETER_VALUE', 'Missing required field: warehouse_id');
      const { warehouse_id: id, session_confs: configuration = {}, catalog, schema } = parsed.data;
      compute.require(id);
      const session = await engine.sessions.open({ configuration, catalog, schema });
      return { session_id: session.id };
    },
  },
  {
    name: 'sql/sessions',
    method: 'DELETE',
    path: 'sql/sessions/{id}',
    async handle({ params: { id = '' } }, { engine }) {
      await engine.sessions.close(id);
      return {};
    },
  },
];
