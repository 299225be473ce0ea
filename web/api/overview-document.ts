import type { Outcome, RunStatus } from '../../src/shared/domain/outcome.ts';

/** A run in a line of the overview. */
export interface BriefRun {
  id: string;
  status: RunStatus;
  outcome: Outcome | null;
  run_name: string | null;
  workspace: string;
  created_at: string;
  message: string | null;
}

/** `GET /api/monitor/overview`. */
export interface OverviewDocument {
  read_at: string;
  counted: { runs: number; since: string; is_complete: boolean };
  counts: { status: Partial<Record<RunStatus, number>>; outcome: Partial<Record<Outcome, number>> };
  at_work: { count: number; is_complete: boolean } | null;
  failures: { id: string; created_at: string }[];
  over_time: {
    seconds: number;
    buckets: { at: string; succeeded: number; failed: number; stopped: number; active: number }[];
  };
  workspaces: {
    name: string;
    waiting: number;
    active_tasks: number;
    max_concurrent_tasks: number;
    creations: number;
    max_creations: number;
    window_seconds: number;
    closed_until: string | null;
    /** `ok`, or why it cannot be reached. */
    health: string;
  }[];
  longest: BriefRun[];
  failing: { work: string; failed: number; latest: BriefRun }[];
}
