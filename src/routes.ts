import type { HttpRoute } from './functions/http-trigger.ts';
import type { OperationName } from './functions/operations.ts';
import { ACCEPTANCE_PARAMETERS, LIST_PARAMETERS, OVERVIEW_PARAMETERS } from './shared/http/query-parameters.ts';

/**
 * Every function behind HTTP, by the name of its description in `functions/operations.ts`: the host gets its route at the
 * start, and its module is loaded with its first request.
 */
export const ROUTES = {
  // Runs
  'create-run': {
    methods: ['POST'],
    route: 'runs',
    query: ACCEPTANCE_PARAMETERS,
    load: () => import('./functions/create-run.http.ts'),
  },
  'run-job': {
    methods: ['POST'],
    route: 'jobs/{job}/runs',
    query: { ...ACCEPTANCE_PARAMETERS, name: 'once' },
    load: () => import('./functions/run-job.http.ts'),
  },
  'get-run': {
    methods: ['GET'],
    route: 'runs/{id}',
    load: () => import('./functions/get-run.http.ts'),
  },
  'get-run-result': {
    methods: ['GET'],
    route: 'runs/{id}/result',
    query: { fail_on_error: 'once' },
    load: () => import('./functions/get-run-result.http.ts'),
  },
  'list-runs': {
    methods: ['GET'],
    route: 'runs',
    query: LIST_PARAMETERS,
    load: () => import('./functions/list-runs.http.ts'),
  },
  'delete-run': {
    methods: ['DELETE'],
    route: 'runs/{id}',
    query: { idempotency_key: 'once' },
    load: () => import('./functions/delete-run.http.ts'),
  },
  'repair-run': {
    methods: ['POST'],
    route: 'runs/{id}/repair',
    load: () => import('./functions/repair-run.http.ts'),
  },
  'notify-run': {
    methods: ['POST'],
    route: 'runs/{id}/notifications',
    load: () => import('./functions/notify-run.http.ts'),
  },
  // Runs that operators define
  'list-templates': {
    methods: ['GET'],
    route: 'templates',
    load: () => import('./functions/list-templates.http.ts'),
  },
  'get-template': {
    methods: ['GET'],
    route: 'templates/{name}',
    load: () => import('./functions/get-template.http.ts'),
  },
  'run-template': {
    methods: ['POST'],
    route: 'templates/{name}/runs',
    query: ACCEPTANCE_PARAMETERS,
    load: () => import('./functions/run-template.http.ts'),
  },
  'subscribe-template': {
    methods: ['POST'],
    route: 'templates/{name}/subscriptions',
    load: () => import('./functions/subscribe-template.http.ts'),
  },
  // SQL
  'run-sql': {
    methods: ['POST'],
    route: 'sql',
    query: { numbers: 'once' },
    load: () => import('./functions/run-sql.http.ts'),
  },
  'create-sql-statement': {
    methods: ['POST'],
    route: 'sql/statements',
    query: { numbers: 'once', fail_on_error: 'once' },
    load: () => import('./functions/create-sql-statement.http.ts'),
  },
  'get-sql-statement': {
    methods: ['GET'],
    route: 'sql/statements/{id}',
    load: () => import('./functions/get-sql-statement.http.ts'),
  },
  'get-sql-statement-result': {
    methods: ['GET'],
    route: 'sql/statements/{id}/result',
    query: { fail_on_error: 'once' },
    load: () => import('./functions/get-sql-statement-result.http.ts'),
  },
  'delete-sql-statement': {
    methods: ['DELETE'],
    route: 'sql/statements/{id}',
    load: () => import('./functions/delete-sql-statement.http.ts'),
  },
  // Tools for agents
  mcp: {
    // GET and DELETE are refused in the protocol's own way.
    methods: ['POST', 'GET', 'DELETE'],
    route: 'mcp',
    load: () => import('./functions/mcp.http.ts'),
  },
  // Databricks, and the gateway itself
  'databricks-webhook': {
    methods: ['POST'],
    route: 'webhooks/databricks',
    // Databricks sends HTTP Basic credentials, whatever callers have to send.
    access: 'open',
    load: () => import('./functions/databricks-webhook.http.ts'),
  },
  health: {
    methods: ['GET'],
    route: 'health',
    access: 'open-at-any-host',
    load: () => import('./functions/health.http.ts'),
  },
  'check-key': {
    methods: ['GET'],
    route: 'health/key',
    load: () => import('./functions/check-key.http.ts'),
  },
  'resource-metadata': {
    methods: ['GET'],
    route: '.well-known/oauth-protected-resource',
    access: 'open',
    load: () => import('./functions/resource-metadata.http.ts'),
  },
  'get-openapi': {
    methods: ['GET'],
    route: 'openapi.json',
    // It says what anybody can read in the gateway's own source, and how to say who one is.
    access: 'open',
    load: () => import('./functions/get-openapi.http.ts'),
  },
  'get-swagger': {
    methods: ['GET'],
    route: 'swagger.json',
    access: 'open',
    load: () => import('./functions/get-swagger.http.ts'),
  },
  // The monitor page
  monitor: {
    methods: ['GET'],
    route: 'monitor',
    access: 'open',
    mayBeKept: true,
    load: () => import('./functions/monitor.http.ts'),
  },
  'monitor-file': {
    methods: ['GET'],
    route: 'monitor/{file}',
    access: 'open',
    mayBeKept: true,
    load: () => import('./functions/monitor-file.http.ts'),
  },
  'monitor-session': {
    methods: ['GET'],
    route: 'monitor/session',
    load: () => import('./functions/monitor-session.http.ts'),
  },
  'monitor-overview': {
    methods: ['GET'],
    route: 'monitor/overview',
    query: OVERVIEW_PARAMETERS,
    load: () => import('./functions/monitor-overview.http.ts'),
  },
  'monitor-run-request': {
    methods: ['GET'],
    route: 'monitor/runs/{id}/request',
    load: () => import('./functions/monitor-run-request.http.ts'),
  },
} satisfies Readonly<Record<OperationName, HttpRoute>>;
