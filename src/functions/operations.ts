import { createRun } from './create-run.operation.ts';
import { runJob } from './run-job.operation.ts';
import { getRun } from './get-run.operation.ts';
import { getRunResult } from './get-run-result.operation.ts';
import { listRuns } from './list-runs.operation.ts';
import { deleteRun } from './delete-run.operation.ts';
import { repairRun } from './repair-run.operation.ts';
import { notifyRun } from './notify-run.operation.ts';
import { listTemplates } from './list-templates.operation.ts';
import { getTemplate } from './get-template.operation.ts';
import { subscribeTemplate } from './subscribe-template.operation.ts';
import { runTemplate } from './run-template.operation.ts';
import { runSql } from './run-sql.operation.ts';
import { createSqlStatement } from './create-sql-statement.operation.ts';
import { getSqlStatement } from './get-sql-statement.operation.ts';
import { getSqlStatementResult } from './get-sql-statement-result.operation.ts';
import { deleteSqlStatement } from './delete-sql-statement.operation.ts';
import { mcp } from './mcp.operation.ts';
import { health } from './health.operation.ts';
import { checkKey } from './check-key.operation.ts';
import { resourceMetadata } from './resource-metadata.operation.ts';
import { getOpenApi } from './get-openapi.operation.ts';
import { getSwagger } from './get-swagger.operation.ts';
import { databricksWebhook } from './databricks-webhook.operation.ts';
import { monitor } from './monitor.operation.ts';
import { monitorFile } from './monitor-file.operation.ts';
import { monitorSession } from './monitor-session.operation.ts';
import { monitorOverview } from './monitor-overview.operation.ts';
import { monitorRunRequest } from './monitor-run-request.operation.ts';
import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of each function behind HTTP, by its name; in the order of the documents. */
export const OPERATIONS = {
  'create-run': createRun,
  'run-job': runJob,
  'get-run': getRun,
  'get-run-result': getRunResult,
  'list-runs': listRuns,
  'delete-run': deleteRun,
  'repair-run': repairRun,
  'notify-run': notifyRun,
  'list-templates': listTemplates,
  'get-template': getTemplate,
  'run-template': runTemplate,
  'subscribe-template': subscribeTemplate,
  'run-sql': runSql,
  'create-sql-statement': createSqlStatement,
  'get-sql-statement': getSqlStatement,
  'get-sql-statement-result': getSqlStatementResult,
  'delete-sql-statement': deleteSqlStatement,
  mcp,
  health,
  'check-key': checkKey,
  'resource-metadata': resourceMetadata,
  'get-openapi': getOpenApi,
  'get-swagger': getSwagger,
  'databricks-webhook': databricksWebhook,
  monitor,
  'monitor-file': monitorFile,
  'monitor-session': monitorSession,
  'monitor-overview': monitorOverview,
  'monitor-run-request': monitorRunRequest,
} as const satisfies Readonly<Record<string, Operation>>;

/** A function that the documents describe; no other can be registered. */
export type OperationName = keyof typeof OPERATIONS;
