import type { OrchestrationContext } from 'durable-functions';

/**
 * The versions of the workflow, oldest first, and what each changed. Whatever changes what an orchestration asks for
 * (a step more, less or in another order, another name, another shape of its state) needs a version of its own here
 * and as `defaultVersion` in host.json; older orchestrations keep to their path: `isSince(context, '2.1') ? new : old`.
 */
const CHANGES = {
  '2.0': 'one watcher a workspace reads its runs',
} as const;

/** A version of the orchestrations. */
export type WorkflowVersion = keyof typeof CHANGES;

/** Every version whose orchestrations this code can go on with, oldest first; new ones begin under the last. */
export const WORKFLOW_VERSIONS = Object.keys(CHANGES) as readonly WorkflowVersion[];

/**
 * The version that an orchestration began under; later generations keep it.
 * @throws {Error} where this code knows no such version: the orchestration fails, and a sweep takes up what it
 * followed.
 */
export function versionOf(context: OrchestrationContext): WorkflowVersion {
  const known = WORKFLOW_VERSIONS.find((version) => version === context.df.version);
  if (known === undefined) throw new Error(`The workflow has no version '${context.df.version ?? ''}'.`);
  return known;
}

/** Whether an orchestration began under `version` or a later one, so that it goes the way that `version` brought. */
export function isSince(context: OrchestrationContext, version: WorkflowVersion): boolean {
  return WORKFLOW_VERSIONS.indexOf(versionOf(context)) >= WORKFLOW_VERSIONS.indexOf(version);
}
