import { RecentValues } from '../../async/recent-values.ts';
import type { AppContext } from '../../context.ts';
import type { Owner } from '../../domain/caller.ts';
import { isoTime } from '../../domain/instant.ts';
import { bucketRuns, countRuns, needsAttention } from '../../domain/run-statistics.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import type { ActiveRun } from '../../ledger/run-index.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { isOwn } from '../../policy/request-conditions.ts';
import { readOverview, type OverviewScope, type RunOverview } from '../../runs/overview/read-overview.ts';
import { authorize, mayRead } from '../authorize.ts';
import type { Call } from '../handler.ts';
import { wrongParameters } from '../query-string.ts';

const HOUR_MS = 3_600_000;
const SPANS = ['1', '6', '24', '168'];
const MAX_FAILURES = 100;
const MAX_LONGEST = 8;
const MAX_AGE_MS = 10_000;

/**
 * What there is to see of the runs that the caller may read: how many of each kind among the newest of the span, over time,
 * how full the workspaces are, what has waited longest, and what fails most. Those who may read the same share a reading of
 * up to ten seconds ago.
 * @throws {ProblemError} 403 where no rule lets the caller read any run
 */
export async function overviewDocument(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { call, query }: { call: Call; query: URLSearchParams },
) {
  const scope = scopeOf(context, call, spanOf(query));
  const overview = await recentOf(context).get(JSON.stringify(scope), () =>
    readOverview(context, orchestrations, scope),
  );
  const { isComplete, readAtMs } = overview;
  const mayReadOf = readerOf(context, call);
  const runs = overview.runs.filter(({ submittedBy, workspace }) => mayReadOf(submittedBy, workspace));
  const fromMs = isComplete ? readAtMs - scope.spanMs : (overview.runs.at(-1)?.createdAtMs ?? readAtMs);
  const { widthMs, buckets } = bucketRuns(runs, { fromMs, toMs: readAtMs });
  const isReadable = ({ record: { submittedBy: owner, request } }: StoredRun) => mayReadOf(owner, request.workspace);
  const isOpen = ({ name }: { name: string }) => mayReadOf(call.caller, name);
  const { atWork } = overview;
  const longest = overview.active
    .filter(({ submittedBy, workspace }) => mayReadOf(submittedBy, workspace))
    .slice(0, MAX_LONGEST);
  const seesAll = context.config.workspaces.every(isOpen);
  return {
    read_at: isoTime(readAtMs),
    counted: { runs: runs.length, since: isoTime(fromMs), is_complete: isComplete },
    counts: countRuns(runs),
    at_work: atWork === null || !seesAll ? null : { count: atWork.count, is_complete: atWork.isComplete },
    failures: runs
      .filter(needsAttention)
      .slice(0, MAX_FAILURES)
      .map(({ id, createdAtMs }) => ({ id, created_at: isoTime(createdAtMs) })),
    over_time: {
      seconds: widthMs / 1_000,
      buckets: buckets.map(({ atMs, succeeded, failed, stopped, active }) => ({
        at: isoTime(atMs),
        succeeded,
        failed,
        stopped,
        active,
      })),
    },
    workspaces: overview.workspaces.filter(isOpen).map((load) => ({
      name: load.name,
      waiting: load.waiting,
      active_tasks: load.activeTasks,
      max_concurrent_tasks: load.maxConcurrentTasks,
      creations: load.creations,
      max_creations: load.maxCreations,
      window_seconds: load.windowMs / 1_000,
      closed_until: isoTime(load.closedUntilMs),
      health: load.health,
    })),
    longest: (await activeRuns(context, longest)).map(briefly),
    failing: overview.failing.flatMap(({ work, runs: failed }) => {
      const readable = failed.filter(isReadable);
      const [latest] = readable;
      return latest === undefined ? [] : [{ work, failed: readable.length, latest: briefly(latest) }];
    }),
  };
}

/**
 * Whether the caller may read runs of an owner in a workspace. The scope that was read is wider: it knows nothing of what
 * is forbidden, and takes all permits together. Decisions are made once for each workspace, for own runs and others'.
 */
function readerOf(context: AppContext, call: Call): (owner: Owner, workspace: string) => boolean {
  const known = new Map<string, boolean>();
  return (owner, workspace) => {
    const key = `${isOwn({ owner, caller: call.caller })} ${workspace}`;
    const decided = known.get(key) ?? mayRead(context, call, { owner, workspace }, 'runs:read');
    known.set(key, decided);
    return decided;
  };
}

/** What was read lately, by what may be read. */
const recent = new WeakMap<AppContext, RecentValues<RunOverview>>();

function recentOf(context: AppContext): RecentValues<RunOverview> {
  const known = recent.get(context);
  if (known !== undefined) return known;
  const made = new RecentValues<RunOverview>(context.now, { maxAgeMs: MAX_AGE_MS, maxKeys: 100 });
  recent.set(context, made);
  return made;
}

/** The records of runs that the index has at work, in the same order, without those that have ended since it was read. */
async function activeRuns({ ledger }: AppContext, found: readonly ActiveRun[]): Promise<StoredRun[]> {
  const runs = await Promise.all(found.map(({ key }) => ledger.get(key)));
  return runs.flatMap((run) => (run === undefined || run.record.status === 'completed' ? [] : [run]));
}

/** A run in a line. */
function briefly({ record, cancelRequestedAtMs }: StoredRun) {
  const { id, status, outcome, runName, request, createdAtMs, failure } = record;
  return {
    id,
    status: status !== 'completed' && cancelRequestedAtMs !== null ? ('canceling' as const) : status,
    outcome,
    run_name: runName ?? request.runName,
    workspace: request.workspace,
    created_at: isoTime(createdAtMs),
    message: failure?.message ?? null,
  };
}

function spanOf(query: URLSearchParams): number {
  const hours = query.get('hours') ?? '24';
  if (!SPANS.includes(hours))
    throw wrongParameters([{ path: '/hours', message: `Expected one of ${SPANS.join(', ')}.` }]);
  return Number(hours) * HOUR_MS;
}

function scopeOf(context: AppContext, call: Call, spanMs: number): OverviewScope {
  const { kind, id } = call.caller;
  const owner: Owner = { kind, id };
  const scope = context.policy.current().readScope({ caller: call.caller, source: call.source });
  if (scope === undefined) {
    // The refusal says what the nearest rule is about.
    authorize(context, call, { action: 'runs:read', workspace: context.config.workspaces[0].name });
    return { submittedBy: owner, workspaces: [], spanMs };
  }
  return { submittedBy: scope.ownOnly ? owner : undefined, workspaces: scope.workspaces, spanMs };
}
