import type { AppContext } from '../../context.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { isSameCaller, type Owner } from '../../domain/caller.ts';
import type { RunSummary } from '../../domain/run-statistics.ts';
import type { ActiveRun } from '../../ledger/run-index.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { newestSummaries } from '../../ledger/run-summaries.ts';
import { workOf } from './work-of.ts';
import { readWorkspaceLoad, type WorkspaceLoad } from './workspace-load.ts';

/** Which runs an overview is of; it is the same for all who may read the same. */
export interface OverviewScope {
  /** The runs of this caller alone; undefined for those of all. */
  submittedBy: Owner | undefined;
  /** Null: of all workspaces. */
  workspaces: readonly string[] | null;
  /** How far it looks back, ms. */
  spanMs: number;
}

/** What several runs did that have failed. */
export interface FailingWork {
  /** What ran, as `/Shared/notebook`, `job 123` or the name of the run. */
  work: string;
  /** The latest first. */
  runs: readonly StoredRun[];
}

/** What there is to see of many runs. All lists are bounded, and so is what is read for them. */
export interface RunOverview {
  readAtMs: number;
  /** The newest runs of the span. */
  runs: RunSummary[];
  /** Whether these are all runs of the span. */
  isComplete: boolean;
  workspaces: WorkspaceLoad[];
  /** Runs at work, the longest accepted first. */
  active: ActiveRun[];
  /** How many runs are at work; at least, where not all were counted. Null where the caller may not read all. */
  atWork: { count: number; isComplete: boolean } | null;
  failing: FailingWork[];
}

/** A thousand runs a page. */
const MAX_PAGES = 5;
const MAX_FAILED = 200;
const MAX_FAILING = 6;

/**
 * Reads what an overview shows, in at most twenty-two requests to storage and two a workspace, however many runs are kept.
 * @throws {StorageUnavailableError}
 */
export async function readOverview(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { submittedBy, workspaces, spanMs }: OverviewScope,
): Promise<RunOverview> {
  const readAtMs = context.now();
  const filter = {
    submittedBy: submittedBy?.id,
    submitterKind: submittedBy?.kind,
    createdAfterMs: readAtMs - spanMs,
  };
  const [summaries, atWork, failed, loads] = await Promise.all([
    newestSummaries(context.storage, filter, MAX_PAGES),
    context.runIndex.activePage(),
    context.ledger.list({ ...filter, outcome: 'failed', limit: MAX_FAILED }),
    Promise.all(
      context.config.workspaces
        .filter(({ name }) => workspaces === null || workspaces.includes(name))
        .map((workspace) => readWorkspaceLoad(context, orchestrations, workspace)),
    ),
  ]);
  const isIn = (workspace: string) => workspaces === null || workspaces.includes(workspace);
  const isVisible = (workspace: string, owner: Owner) =>
    isIn(workspace) && (submittedBy === undefined || isSameCaller(owner, submittedBy));
  const seesAll = submittedBy === undefined && workspaces === null;
  return {
    readAtMs,
    runs: summaries.runs.filter(({ workspace }) => isIn(workspace)),
    isComplete: summaries.isComplete,
    workspaces: loads,
    active: atWork.runs.filter((run) => isVisible(run.workspace, run.submittedBy)).toReversed(),
    atWork: seesAll ? { count: atWork.runs.length, isComplete: atWork.isComplete } : null,
    failing: await failingWork(
      context,
      failed.runs.filter(({ record }) => isVisible(record.request.workspace, record.submittedBy)),
    ),
  };
}

/** The work that has failed most often; what it is stands in the body of its latest run. */
async function failingWork(context: AppContext, failed: readonly StoredRun[]): Promise<FailingWork[]> {
  const groups = Map.groupBy(failed, ({ record }) => `${record.request.workspace}:${record.request.workKey}`);
  const most = [...groups.values()].toSorted((one, other) => other.length - one.length).slice(0, MAX_FAILING);
  return Promise.all(
    most.flatMap((runs) => {
      const [latest] = runs;
      return latest === undefined ? [] : [workOf(context, latest).then((work): FailingWork => ({ work, runs }))];
    }),
  );
}
