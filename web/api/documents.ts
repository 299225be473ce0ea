import type { Outcome, RunStatus } from '../../src/shared/domain/outcome.ts';
import type { RunDocument } from '../../src/shared/domain/run-document.ts';

export type { Outcome, RunStatus } from '../../src/shared/domain/outcome.ts';
export type { RunDocument } from '../../src/shared/domain/run-document.ts';

/** What the policy knows how to allow. */
export type Action =
  | 'runs:submit'
  | 'runs:run_now'
  | 'runs:read'
  | 'runs:cancel'
  | 'runs:repair'
  | 'runs:notify'
  | 'templates:run'
  | 'sql:read'
  | 'sql:write';

/** A page of `GET /api/runs`. */
export interface RunPage {
  runs: RunDocument[];
  next_page_token?: string;
}

/** `GET /api/monitor/session`. */
export interface SessionDocument {
  caller: { kind: string; id: string; name: string };
  actions: Partial<Record<Action, 'all' | 'own'>>;
  workspaces: { name: string; host: string; has_sql: boolean }[];
  has_templates: boolean;
}

/** A task of a result document. */
export interface TaskResult {
  task_key: string;
  run_id: string;
  outcome: Outcome | null;
  status: RunStatus;
  error?: string;
  error_trace?: string;
  logs?: string;
  logs_truncated?: boolean;
  notebook_output?: { result?: string; truncated?: boolean };
  sql_output?: unknown;
  dbt_output?: unknown;
  run_job_output?: unknown;
  output_error?: { status: number | null; code: string; message: string };
  iterations?: TaskResult[];
}

/** The result document of a completed run, as far as the page shows it. */
export interface RunResult {
  id: string;
  tasks: TaskResult[];
}
