import type { Failure } from '../../domain/failure.ts';
import type { Submitter } from '../../domain/caller.ts';
import type { StatementFormat } from '../../sql/formats.ts';
import type { Column } from '../../sql/warehouse/columns.ts';
import type { TypedParameter } from '../../sql/parameters.ts';

/** Where a statement is. */
export type StatementStatus = 'queued' | 'submitting' | 'running' | 'exporting' | 'completed';
/** How a statement ended. */
export type StatementOutcome = 'succeeded' | 'failed' | 'rejected' | 'canceled' | 'timed_out' | 'lost';

/** A file of a result. */
export interface StatementResultFile {
  /** In the container of statements. */
  blobName: string;
  contentType: string;
  byteCount: number;
  rowCount: number;
  /** A limit that the caller or the settings gave left rows out. */
  truncated: boolean;
  columns: readonly Column[];
}

/** What is to be carried out: up to 10 MB, and needed once only. */
export interface StatementText {
  statement: string;
  parameters: readonly TypedParameter[];
}

/** All that is known of one asynchronous statement, besides its text: small, since it is read often. */
export interface StatementRecord {
  id: string;
  workspace: string;
  warehouseId: string;
  catalog: string | null;
  schema: string | null;
  rowLimit: number | null;
  byteLimit: number | null;
  format: StatementFormat;
  numbers: 'string' | 'native';
  /** Changes nothing, so that it may be sent again when the response to its submission was lost. */
  isRead: boolean;
  submittedBy: Submitter;
  /** What allowed the statement: the policy's rule, null without a policy. */
  decision?: { rule: string | null };
  status: StatementStatus;
  outcome: StatementOutcome | null;
  failure: (Failure & { sqlstate?: string }) | null;
  /** Names the try that hands, or handed, the statement to Databricks. */
  submission: string | null;
  /** Databricks' id, stored before anything else is done with it. */
  statementId: string | null;
  result: StatementResultFile | null;
  createdAtMs: number;
  submittedAtMs: number | null;
  completedAtMs: number | null;
  deadlineAtMs: number;
  cancelRequestedAtMs: number | null;
}
