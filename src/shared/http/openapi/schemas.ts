import type { z } from 'zod';
import { parameterSchema } from '../../sql/parameters.ts';
import { sqlRequestSchema } from '../../sql/sql-request.ts';
import {
  gatewayOptions,
  notifyOptions,
  repeatedTask,
  repairBody,
  retryOptions,
  runNowBody,
  submitBody,
  submitTask,
} from '../run/run-body.ts';
import { notificationsBody } from '../run/notifications-request.ts';
import { subscriptionBody } from '../run/subscription.ts';
import { templateCall } from '../run/template-request.ts';
import { sqlStatementSchema } from '../statement/create-statement.ts';
import { notification } from '../webhook/databricks-webhook.ts';
import { mcpMessage, mcpResponse } from './schemas/mcp-schemas.ts';
import { monitorOverview, monitorSession, sentRequest } from './schemas/monitor-schemas.ts';
import {
  failure,
  notebookOutput,
  notificationDocument,
  resultDocument,
  resultOrDecision,
  runDecision,
  runDocument,
  runList,
  submitter,
  task,
  taskResult,
} from './schemas/run-schemas.ts';
import {
  healthDocument,
  openApiDocument,
  problemDocument,
  resourceMetadata,
  swaggerDocument,
  templateDocument,
  templateList,
} from './schemas/service-schemas.ts';
import { column, sqlResult, sqlStatement, sqlStatementResult } from './schemas/statement-schemas.ts';

/** What callers send: the schemas that the functions parse with. */
export const REQUEST_SCHEMAS = {
  RunRequest: submitBody,
  TaskRequest: submitTask,
  RepeatedTask: repeatedTask,
  RunNowRequest: runNowBody,
  GatewayOptions: gatewayOptions,
  RetryOptions: retryOptions,
  NotifyOptions: notifyOptions,
  RepairRequest: repairBody,
  NotificationsRequest: notificationsBody,
  TemplateCall: templateCall,
  TemplateSubscription: subscriptionBody,
  SqlRequest: sqlRequestSchema,
  SqlParameter: parameterSchema,
  SqlStatementRequest: sqlStatementSchema,
  McpMessage: mcpMessage,
  DatabricksNotification: notification,
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** What the gateway responds with. */
export const RESPONSE_SCHEMAS = {
  RunDocument: runDocument,
  NotificationDocument: notificationDocument,
  RunTask: task,
  RunList: runList,
  RunDecision: runDecision,
  ResultDocument: resultDocument,
  ResultOrDecision: resultOrDecision,
  TaskResult: taskResult,
  NotebookOutput: notebookOutput,
  Failure: failure,
  Submitter: submitter,
  SqlResult: sqlResult,
  SqlColumn: column,
  SqlStatement: sqlStatement,
  SqlStatementResult: sqlStatementResult,
  Template: templateDocument,
  TemplateList: templateList,
  McpResponse: mcpResponse,
  MonitorSession: monitorSession,
  MonitorOverview: monitorOverview,
  SentRequest: sentRequest,
  Health: healthDocument,
  ResourceMetadata: resourceMetadata,
  OpenApiDocument: openApiDocument,
  SwaggerDocument: swaggerDocument,
  Problem: problemDocument,
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** Every schema that has a name in the documents. */
export const SCHEMAS = { ...REQUEST_SCHEMAS, ...RESPONSE_SCHEMAS };

/** A schema that has a name in the documents. */
export type SchemaName = keyof typeof SCHEMAS;
