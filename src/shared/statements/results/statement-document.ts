import { isoTime } from '../../domain/instant.ts';
import { resultLink } from './result-link.ts';
import type { StatementRecord } from '../record/statement-record.ts';
import type { StatementStore } from '../record/statement-store.ts';

/** Where a statement's resources are, as absolute URLs. */
export interface StatementLinks {
  self: string;
  result: string;
  cancel: string;
}

/** The links of a statement below the gateway's address. */
export function statementLinks(baseUrl: string, id: string): StatementLinks {
  const self = `${baseUrl}/api/sql/statements/${id}`;
  return { self, result: `${self}/result`, cancel: self };
}

/** A statement as its callers see it. */
export function statementDocument(record: StatementRecord, links: StatementLinks) {
  const isCompleted = record.status === 'completed';
  const isStopping = !isCompleted && record.cancelRequestedAtMs !== null;
  return {
    id: record.id,
    status: isStopping ? ('canceling' as const) : record.status === 'exporting' ? ('running' as const) : record.status,
    outcome: record.outcome,
    ...(record.failure === null ? {} : { failure: record.failure }),
    statement_id: record.statementId,
    workspace: record.workspace,
    format: record.format,
    submitted_by: record.submittedBy,
    created_at: isoTime(record.createdAtMs),
    submitted_at: isoTime(record.submittedAtMs),
    completed_at: isoTime(record.completedAtMs),
    deadline_at: isoTime(record.deadlineAtMs),
    ...(record.result === null ? {} : resultFacts(record.result)),
    links,
  };
}

function resultFacts({ columns, rowCount, byteCount, truncated, contentType }: NonNullable<StatementRecord['result']>) {
  return { columns, row_count: rowCount, byte_count: byteCount, truncated, content_type: contentType };
}

/** The document of a completed statement with links to its rows, named as the Statement Execution API names them. */
export async function resultDocument(
  record: StatementRecord,
  links: StatementLinks,
  store: StatementStore,
  nowMs: number,
) {
  const { result } = record;
  if (result === null) return { ...statementDocument(record, links), external_links: [] };
  const { url, expiresAtMs } = await resultLink(await store.resultBlob(result.blobName), nowMs);
  return {
    ...statementDocument(record, links),
    external_links: [
      {
        external_link: url,
        expiration: isoTime(expiresAtMs),
        row_count: result.rowCount,
        byte_count: result.byteCount,
        content_type: result.contentType,
      },
    ],
  };
}
