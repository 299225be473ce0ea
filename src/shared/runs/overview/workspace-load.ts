import type { WorkspaceConfig } from '../../config/workspace-config.ts';
import { checkHealth } from '../../health/check-health.ts';
import type { AppContext } from '../../context.ts';
import { allWaiting } from '../../domain/admission.ts';
import { countedCreations, paceOf } from '../../domain/creation-window.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** How much of a workspace is taken, against what it may take. Times are epoch ms. */
export interface WorkspaceLoad {
  name: string;
  /** Runs that have been accepted and wait for a place. */
  waiting: number;
  activeTasks: number;
  maxConcurrentTasks: number;
  /** Runs created in the window, and slots that are kept. */
  creations: number;
  maxCreations: number;
  windowMs: number;
  /** Databricks has said 429: nothing is created before this. */
  closedUntilMs: number | null;
  /** `ok`, or the code of why it cannot be reached. */
  health: string;
}

/** What the gate before a workspace holds now; the entity is read once a second at most. @throws {EngineUnavailableError} */
export async function readWorkspaceLoad(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { name, limits }: WorkspaceConfig,
): Promise<WorkspaceLoad> {
  const state = await context.recentAdmissions.get(
    name,
    () => orchestrations.admission(name),
    () => false,
  );
  const windowMs = limits.creationsWindowSeconds * 1_000;
  const nowMs = context.now();
  const closedUntilMs = state === undefined ? 0 : paceOf(state, 'submit').closedUntilMs;
  return {
    name,
    waiting: state === undefined ? 0 : allWaiting(state),
    activeTasks: state?.active ?? 0,
    maxConcurrentTasks: limits.maxConcurrentRuns,
    creations: state === undefined ? 0 : countedCreations(state, windowMs, nowMs),
    maxCreations: limits.creations,
    windowMs,
    closedUntilMs: closedUntilMs > nowMs ? closedUntilMs : null,
    health: await healthOf(context, name),
  };
}

/** The same request as that of the health check; what an overview costs is bounded by how often one is read. */
async function healthOf(context: AppContext, name: string): Promise<string> {
  const { checks } = await checkHealth([{ name, whenFailing: 'degraded', run: () => context.workspace(name).probe() }]);
  const found = checks[name];
  return found === undefined || found.status === 'ok' ? 'ok' : found.detail;
}
