import type { Cluster } from '../clusters.ts';
import type { Workspace } from '../workspace.ts';

/** A cluster as `clusters/get` shows it. */
export function clusterJson(cluster: Cluster, { identity }: Workspace): object {
  return {
    ...cluster.spec,
    cluster_id: cluster.clusterId,
    cluster_name: cluster.name,
    creator_user_name: identity.userName,
    cluster_source: cluster.source,
    state: cluster.state,
    state_message: '',
    start_time: cluster.startTime,
    ...(cluster.terminatedTime > 0
      ? {
          terminated_time: cluster.terminatedTime,
          termination_reason: { code: cluster.source === 'JOB' ? 'JOB_FINISHED' : 'USER_REQUEST', type: 'SUCCESS' },
        }
      : {}),
  };
}
