import type { Owner } from '../domain/caller.ts';
import type { Outcome, RunStatus } from '../domain/outcome.ts';
import { labelColumn, PARTITION, recordRange } from './run-row.ts';

/** Which runs; all that are given must fit. */
export interface RunFilter {
  /** `active`: all that are not completed. */
  status?: RunStatus | 'active' | undefined;
  /** False leaves out active runs that are to stop. */
  cancelRequested?: false | undefined;
  outcome?: Outcome | undefined;
  /** The id of a caller. */
  submittedBy?: string | undefined;
  submitterKind?: Owner['kind'] | undefined;
  workspace?: string | undefined;
  labels?: readonly { key: string; value: string }[] | undefined;
  createdAfterMs?: number | undefined;
  createdBeforeMs?: number | undefined;
}

/** One page of a list. */
export interface RunQuery extends RunFilter {
  limit: number;
  pageToken?: string | undefined;
}

/** The OData filter for the rows of these runs. */
export function runFilter(filter: RunFilter): string {
  const { status, cancelRequested, outcome, submittedBy, submitterKind, workspace, labels = [] } = filter;
  const [from, to] = recordRange(filter.createdAfterMs, filter.createdBeforeMs);
  const conditions = [`PartitionKey eq '${PARTITION}'`, `RowKey gt '${from}'`, `RowKey lt '${to}'`];
  // Who wants a run to stop writes that beside its status, and the documents say `canceling` for both.
  if (status === 'canceling') conditions.push("status ne 'completed'", "cancelRequestedAtMs gt ''");
  else if (status === 'active') conditions.push("status ne 'completed'");
  else if (status !== undefined) conditions.push(`status eq '${status}'`);
  if (status !== undefined && status !== 'canceling' && status !== 'completed' && cancelRequested === false)
    conditions.push("cancelRequestedAtMs eq ''");
  if (outcome !== undefined) conditions.push(`outcome eq '${outcome}'`);
  if (submittedBy !== undefined) conditions.push(`submittedBy eq '${submittedBy.replaceAll("'", "''")}'`);
  if (submitterKind !== undefined) conditions.push(`submitterKind eq '${submitterKind}'`);
  if (workspace !== undefined) conditions.push(`workspace eq '${workspace.replaceAll("'", "''")}'`);
  for (const { key, value } of labels) {
    const [column, content] = labelColumn(key, value);
    conditions.push(`${column} eq '${content}'`);
  }
  return conditions.join(' and ');
}
