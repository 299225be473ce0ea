import * as z from 'zod';
import { STATEMENT_FORMATS } from '../../../sql/formats.ts';
import type { Column } from '../../../sql/warehouse/columns.ts';
import type { resultDocument, statementDocument } from '../../../statements/results/statement-document.ts';
import { describedAs } from './described-as.ts';
import { failure, submitter, time } from './run-schemas.ts';

const STATUSES = ['queued', 'submitting', 'running', 'canceling', 'completed'] as const;
const STATEMENT_OUTCOMES = ['succeeded', 'failed', 'rejected', 'canceled', 'timed_out', 'lost'] as const;

/** A column of a result. */
export const column = describedAs<Column>()(
  z.object({
    name: z.string().describe('As the statement names it.'),
    type: z.string().describe("Databricks' type text, as `DECIMAL(18,4)` or `ARRAY<INT>`."),
    nullable: z.boolean().describe('Whether it may hold NULL.'),
  }),
);

const statementFields = {
  id: z.string().describe("The gateway's id: 32 hexadecimal digits."),
  status: z.enum(STATUSES).describe('Where the statement is; `completed` is the only end.'),
  outcome: z.enum(STATEMENT_OUTCOMES).nullable().describe('How it ended; null until `status` is `completed`.'),
  failure: failure
    .extend({ sqlstate: z.string().exactOptional().describe('Five characters of ISO 9075.') })
    .exactOptional()
    .describe('Why it did not succeed; absent while it runs, and where it did.'),
  statement_id: z.string().nullable().describe("Databricks' id of the statement."),
  workspace: z.string().describe('The configured workspace that it runs in.'),
  format: z.enum(STATEMENT_FORMATS).describe('What the rows are kept as.'),
  submitted_by: submitter.describe('Who submitted it.'),
  created_at: time.nullable().describe('When the gateway accepted it.'),
  submitted_at: time.nullable().describe('When Databricks took it.'),
  completed_at: time.nullable().describe('When it ended.'),
  deadline_at: time.nullable().describe('When it is cancelled if it has not ended.'),
  columns: z.array(column).readonly().exactOptional().describe('The columns of the result, once there is one.'),
  row_count: z.int().exactOptional().describe('How many rows the result has.'),
  byte_count: z.int().exactOptional().describe('How many bytes the file of the rows has.'),
  truncated: z.boolean().exactOptional().describe('Whether a limit left rows out.'),
  content_type: z.string().exactOptional().describe('The media type of the rows.'),
  links: z
    .object({ self: z.url(), result: z.url(), cancel: z.url() })
    .describe('Where its resources are, as absolute addresses; `cancel` takes a `DELETE`.'),
};

/** An asynchronous statement. */
export const sqlStatement = describedAs<ReturnType<typeof statementDocument>>()(z.object(statementFields));

const externalLink = z.object({
  external_link: z.url().describe('Where the rows are: a link to Blob storage that needs no credentials.'),
  expiration: time.nullable().describe('Until when the link can be used; asking again gives another one.'),
  row_count: z.int(),
  byte_count: z.int(),
  content_type: z.string(),
});

/** An asynchronous statement that has ended, with links to its rows. */
export const sqlStatementResult = describedAs<Awaited<ReturnType<typeof resultDocument>>>()(
  z.object({
    ...statementFields,
    external_links: z.array(externalLink).describe('One link to all rows; empty where there is no result.'),
  }),
);

/** The JSON of `POST /api/sql`. */
export const sqlResult = z.object({
  columns: z.array(column).describe('The columns, in the order of the values of a row.'),
  rows: z
    .array(z.array(z.unknown()))
    .describe('Values by type: BIGINT and DECIMAL are text unless `numbers=native`; the table in docs/api.md has all.'),
  row_count: z.int().describe('How many rows there are here.'),
  truncated: z.boolean().describe('Whether a limit left rows out.'),
  statement_id: z.string().exactOptional().describe("Databricks' id of the statement, where it has one."),
});
