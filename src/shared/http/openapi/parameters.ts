import * as z from 'zod';
import type { OperationParameter } from './operation.ts';

/** Every route takes it. Workflows have no use for it, so the Swagger document leaves it out. */
export const PRETTY: OperationParameter = {
  title: 'Pretty',
  description: '`true`, or without a value: JSON is written for people, with a line for each member.',
  schema: z.boolean().default(false),
};

/** The id of a run in the path. */
export const RUN_ID: OperationParameter = {
  title: 'Run ID',
  description: "The gateway's id of the run, as the response to its request has it.",
  schema: z.string().min(1).max(200),
};

/** The id of an asynchronous statement in the path. */
export const STATEMENT_ID: OperationParameter = {
  title: 'Statement ID',
  description: "The gateway's id of the statement, as the response to its request has it.",
  schema: z.string().min(1).max(200),
};

/** The name of a template in the path. */
export const TEMPLATE_NAME: OperationParameter = {
  title: 'Template',
  description: 'The name of the template, as `GET /api/templates` lists it.',
  values: { operation: 'ListTemplates', collection: 'templates', field: 'name' },
  schema: z.string().min(1).max(100),
};

/** Asks for an error status where the outcome is none of the two successes. */
export const FAIL_ON_ERROR: OperationParameter = {
  title: 'Fail On Error',
  description:
    '`true`: an outcome other than `succeeded` and `succeeded_with_failures` is a 424 with the result document in `result`. Without it such a result is a 200, and `outcome` says what happened.',
  schema: z.boolean().default(false),
};

/** Asks for the decision alone. */
export const VALIDATE_ONLY: OperationParameter = {
  title: 'Validate Only',
  description:
    '`true`: nothing is submitted; the response says whether the request would be allowed, by which rule, and what Databricks would get.',
  schema: z.boolean().default(false),
};

/** How BIGINT and DECIMAL stand in JSON. */
export const NUMBERS: OperationParameter = {
  title: 'Numbers',
  description:
    '`native`: BIGINT and DECIMAL are JSON numbers with all their digits. `string`, the default: they are text, which no reader rounds.',
  schema: z.enum(['string', 'native']).default('string'),
};

/** What designers get of the parameters of a template: its own JSON Schema, once one is chosen. */
export const TEMPLATE_FIELDS = {
  parameters: {
    'x-ms-dynamic-schema': {
      operationId: 'GetTemplate',
      parameters: { name: { parameter: 'name' } },
      'value-path': 'parameters',
    },
  },
} as const;
