import { type Condition, includesOrAll, listed, type Note, quoted } from './conditions.ts';
import type { Rule } from './policy-schema.ts';
import type { NewCluster } from './run-facts.ts';

type NewClusterRule = NonNullable<NonNullable<Rule['compute']>['new_cluster']>;

/** What tasks run on. A permit that names it allows what it names; one that does not allows all but new clusters. */
export const compute: Condition = {
  noun: 'the compute',
  concerns: ({ run }) => run?.target.kind === 'submit',
  isNamed: (rule) => rule.compute !== undefined,
  isAskedUnnamed: true,
  check({ compute: named, allow_fields: fields = [] }, { run }, note) {
    if (run === undefined) return;
    for (const cluster of run.newClusters) {
      if (named?.new_cluster === undefined) note(() => `${cluster.place} is not among the compute that it names`);
      else checkCluster(cluster, named.new_cluster, includesOrAll(fields, 'policy_id'), note);
    }
    if (named === undefined) return;
    const { existing_cluster_ids: ids = [], serverless = false } = named;
    for (const { id } of run.clusters) {
      if (id !== null && includesOrAll(ids, id)) continue;
      note(() => `existing_cluster_id ${quoted(id ?? 'that cannot be known')} is not among ${listed(ids)}`);
    }
    if (serverless) return;
    for (const place of run.serverless) note(() => `${place}serverless compute is not among what it names`);
  },
  matches({ compute: named = {} }, { run }) {
    if (run === undefined) return false;
    const { existing_cluster_ids: ids, serverless, new_cluster: made } = named;
    if (ids !== undefined && run.clusters.some(({ id }) => id === null || includesOrAll(ids, id))) return true;
    if (serverless === true && run.serverless.length > 0) return true;
    return made !== undefined && run.newClusters.some((cluster) => isForbidden(cluster, made));
  },
};

function checkCluster(cluster: NewCluster, named: NewClusterRule, mayNamePolicy: boolean, note: Note): void {
  const { place, nodeTypes, maxWorkers, policyId, isOfPool } = cluster;
  const { node_types: types, max_workers: most, policy_ids: policies } = named;
  if (types !== undefined) {
    if (nodeTypes.length === 0 && !isOfPool) note(() => `${place} does not say its node_type_id`);
    for (const type of nodeTypes) {
      if (type === null || !includesOrAll(types, type)) {
        note(() => `node type ${quoted(type ?? 'that cannot be known')} is not among ${listed(types)}`);
      }
    }
  }
  if (most !== undefined) {
    if (maxWorkers === null) note(() => `${place} does not say how many workers it has, and max_workers is ${most}`);
    else if (maxWorkers > most) note(() => `max_workers ${maxWorkers} > ${most}`);
  }
  if (policies !== undefined) {
    if (policyId === null) note(() => `${place} has no policy_id, and the rule names ${listed(policies)}`);
    else if (!includesOrAll(policies, policyId)) {
      note(() => `policy_id ${quoted(policyId)} is not among ${listed(policies)}`);
    }
  } else if (policyId !== null && !mayNamePolicy) {
    note(() => `${place} has a policy_id, and the rule names no policy_ids`);
  }
}

/** All that the forbid names must fit, and what is not known does. A ceiling forbids what is beyond it. */
function isForbidden({ nodeTypes, maxWorkers, policyId }: NewCluster, named: NewClusterRule): boolean {
  const { node_types: types, max_workers: most, policy_ids: policies } = named;
  const ofType =
    types === undefined ||
    nodeTypes.length === 0 ||
    nodeTypes.some((type) => type === null || includesOrAll(types, type));
  const ofSize = most === undefined || maxWorkers === null || maxWorkers > most;
  const ofPolicy =
    policies === undefined || (policyId !== null && (policyId === '' || includesOrAll(policies, policyId)));
  return ofType && ofSize && ofPolicy;
}
