import { type Condition, includesOrAll, listed, quoted } from './conditions.ts';
import type { Rule } from './policy-schema.ts';
import type { NewCluster } from './run-facts.ts';

type NewClusterRule = NonNullable<NonNullable<Rule['compute']>['new_cluster']>;

/** What tasks run on. A permit that names it allows what it names; one that does not allows all but new clusters. */
export const compute: Condition = {
  noun: 'the compute',
  concerns: ({ run }) => run?.target.kind === 'submit',
  isNamed: (rule) => rule.compute !== undefined,
  isAskedUnnamed: true,
  missed({ compute: named, allow_fields: fields = [] }, { run }) {
    if (run === undefined) return [];
    const clusters = run.newClusters.flatMap((cluster) =>
      named?.new_cluster === undefined
        ? [`${cluster.place} is not among the compute that it names`]
        : missedOf(cluster, named.new_cluster, includesOrAll(fields, 'policy_id')),
    );
    if (named === undefined) return clusters;
    const existing = run.clusters.flatMap(({ id }) => {
      if (id !== null && includesOrAll(named.existing_cluster_ids ?? [], id)) return [];
      return [
        `existing_cluster_id ${quoted(id ?? 'that cannot be told')} is not among ${listed(named.existing_cluster_ids ?? [])}`,
      ];
    });
    const serverless =
      named.serverless === true
        ? []
        : run.serverless.map((place) => `${place}serverless compute is not among what it names`);
    return [...clusters, ...existing, ...serverless];
  },
  matches({ compute: named = {} }, { run }) {
    if (run === undefined) return false;
    const { existing_cluster_ids: ids, serverless, new_cluster: made } = named;
    if (ids !== undefined && run.clusters.some(({ id }) => id === null || includesOrAll(ids, id))) return true;
    if (serverless === true && run.serverless.length > 0) return true;
    return made !== undefined && run.newClusters.some((cluster) => isForbidden(cluster, made));
  },
};

function missedOf(cluster: NewCluster, named: NewClusterRule, mayNamePolicy: boolean): string[] {
  const { place, nodeTypes, maxWorkers, policyId, isOfPool } = cluster;
  const missed: string[] = [];
  const { node_types: types, max_workers: most, policy_ids: policies } = named;
  if (types !== undefined) {
    if (nodeTypes.length === 0 && !isOfPool) missed.push(`${place} does not say its node_type_id`);
    for (const type of nodeTypes) {
      if (type === null || !includesOrAll(types, type)) {
        missed.push(`node type ${quoted(type ?? 'that cannot be told')} is not among ${listed(types)}`);
      }
    }
  }
  if (most !== undefined) {
    if (maxWorkers === null) missed.push(`${place} does not say how many workers it has, and max_workers is ${most}`);
    else if (maxWorkers > most) missed.push(`max_workers ${maxWorkers} > ${most}`);
  }
  if (policies !== undefined) {
    if (policyId === null) missed.push(`${place} has no policy_id, and the rule names ${listed(policies)}`);
    else if (!includesOrAll(policies, policyId)) {
      missed.push(`policy_id ${quoted(policyId)} is not among ${listed(policies)}`);
    }
  } else if (policyId !== null && !mayNamePolicy) {
    missed.push(`${place} has a policy_id, and the rule names no policy_ids`);
  }
  return missed;
}

/** All that the forbid names must fit, and what cannot be told does. A ceiling forbids what is beyond it. */
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
