import { z } from 'zod';
import { ApiError } from '../../api-error.ts';
import type { Compute } from '../compute.ts';
import type { Engine } from '../engine/engine.ts';
import type { StatementService } from './statement-service.ts';

/** What the REST routes need of the warehouse. */
export interface RestServices {
  engine: Engine;
  compute: Compute;
  statements: StatementService;
}

export interface RestRoute {
  method: string;
  /** Below `/api/2.0/`; `{}` stands for one segment. */
  path: string;
  /** The name in faults and counts. */
  operation: string;
  handle(services: RestServices, segments: string[], body: unknown): unknown;
}

const sessionBody = z.object({
  warehouse_id: z.string(),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  session_confs: z.record(z.string(), z.string()).optional(),
});

export const restRoutes: RestRoute[] = [
  {
    method: 'POST',
    path: 'sql/statements',
    operation: 'sql/statements',
    handle: ({ statements }, _segments, body) => statements.execute(body),
  },
  {
    method: 'GET',
    path: 'sql/statements/{}',
    operation: 'sql/statements',
    handle: ({ statements }, [id = '']) => statements.get(id),
  },
  {
    method: 'DELETE',
    path: 'sql/statements/{}',
    operation: 'sql/statements',
    handle: ({ statements }, [id = '']) => statements.close(id),
  },
  {
    method: 'GET',
    path: 'sql/statements/{}/result/chunks/{}',
    operation: 'sql/statements/result/chunks',
    handle: ({ statements }, [id = '', index = '']) => statements.chunk(id, Number(index)),
  },
  {
    method: 'POST',
    path: 'sql/statements/{}/cancel',
    operation: 'sql/statements/cancel',
    handle: ({ statements }, [id = '']) => statements.cancel(id),
  },
  {
    method: 'POST',
    path: 'sql/sessions',
    operation: 'sql/sessions',
    async handle({ engine, compute }, _segments, body) {
      const parsed = sessionBody.safeParse(body);
      if (!parsed.success) throw new ApiError(400, 'INVALID_PARAMETER_VALUE', 'Missing required field: warehouse_id');
      const { warehouse_id: id, session_confs: configuration = {}, catalog, schema } = parsed.data;
      compute.require(id);
      const session = await engine.sessions.open({ configuration, catalog, schema });
      return { session_id: session.id };
    },
  },
  {
    method: 'DELETE',
    path: 'sql/sessions/{}',
    operation: 'sql/sessions',
    async handle({ engine }, [id = '']) {
      await engine.sessions.close(id);
      return {};
    },
  },
  {
    method: 'GET',
    path: 'sql/warehouses',
    operation: 'sql/warehouses',
    handle: ({ compute }) => ({ warehouses: [compute.json()] }),
  },
  {
    method: 'GET',
    path: 'sql/warehouses/{}',
    operation: 'sql/warehouses',
    handle({ compute }, [id = '']) {
      compute.require(id);
      return compute.json();
    },
  },
  {
    method: 'POST',
    path: 'sql/warehouses/{}/start',
    operation: 'sql/warehouses/start',
    handle({ compute }, [id = '']) {
      compute.require(id);
      compute.start();
      return {};
    },
  },
  {
    method: 'POST',
    path: 'sql/warehouses/{}/stop',
    operation: 'sql/warehouses/stop',
    handle({ compute }, [id = '']) {
      compute.require(id);
      compute.stop();
      return {};
    },
  },
];

const patterns = restRoutes.map((route) => ({
  route,
  pattern: new RegExp(`^/api/2\\.0/${route.path.replaceAll('{}', '([^/]+)')}/?$`),
}));

/** The route of a request and what its path's `{}` stand for. */
export function matchRest(method: string, path: string): { route: RestRoute; segments: string[] } | undefined {
  for (const { route, pattern } of patterns) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match !== null) return { route, segments: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}
