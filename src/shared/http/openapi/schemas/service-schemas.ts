import * as z from 'zod';
import type { Health } from '../../../health/health-report.ts';
import { STATUS_OF_CODE, type ProblemCode } from '../../error-table.ts';
import { describedAs } from './described-as.ts';

const CODES = Object.keys(STATUS_OF_CODE) as [ProblemCode, ...ProblemCode[]];

/** A problem document (RFC 9457), as every refusal and failure is returned. */
export const problemDocument = z.object({
  type: z.string().describe('`about:blank`: the code says more.'),
  title: z.string().describe('The words of the status.'),
  status: z.int().describe('The HTTP status.'),
  detail: z.string().describe('A sentence for people.'),
  code: z.enum(CODES).describe('What happened, in a word that stays.'),
  request_id: z.string().describe('By what the log knows the request.'),
  errors: z
    .array(
      z.object({
        path: z.string().describe('A JSON Pointer into the body, or `/` and the name of a parameter.'),
        message: z.string(),
      }),
    )
    .exactOptional()
    .describe('What is wrong where, 100 places at most.'),
  databricks: z
    .object({ error_code: z.string().exactOptional(), message: z.string().optional(), status: z.int().optional() })
    .exactOptional()
    .describe("Databricks' own words."),
  sqlstate: z.string().exactOptional().describe('Five characters of ISO 9075, of a statement that failed.'),
  result: z.unknown().exactOptional().describe('The result document, where the caller asked for an error status.'),
});

const checkStatus = z.enum(['ok', 'degraded', 'down']);

/** How the gateway is. */
export const healthDocument = z.object({
  status: checkStatus.describe('The worst of the checks; `degraded` still accepts runs.'),
  code: z.string().exactOptional().describe('`CONFIGURATION_INVALID` where the settings cannot be used.'),
  checks: describedAs<Health['checks']>()(z.record(z.string(), z.object({ status: checkStatus, detail: z.string() })))
    .exactOptional()
    .describe('What the gateway stands on, by name; left out for callers without credentials.'),
});

/** A template, as its callers see it. */
export const templateDocument = z.object({
  name: z.string().describe('Of its routes, and of rules in the policy.'),
  description: z.string().describe('What it is for.'),
  parameters: z.record(z.string(), z.unknown()).describe('The JSON Schema of `parameters`.'),
});

/** The templates that the caller may run. */
export const templateList = z.object({ templates: z.array(templateDocument).describe('In the order of their file.') });

/** RFC 9728. */
export const resourceMetadata = z.looseObject({
  resource: z.url().describe('What tokens are for.'),
  authorization_servers: z.array(z.url()).describe('Who issues them.'),
  scopes_supported: z.array(z.string()).describe('What to ask for.'),
  bearer_methods_supported: z.array(z.string()).describe('Where tokens may stand.'),
});

/** An OpenAPI 3.1 document. */
export const openApiDocument = z.looseObject({ openapi: z.string().describe('`3.1.0`.') });

/** An OpenAPI 2.0 document. */
export const swaggerDocument = z.looseObject({ swagger: z.string().describe('`2.0`.') });
