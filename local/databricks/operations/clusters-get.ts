import type { Operation } from '../operation.ts';
import { clusterJson } from '../resources/cluster-json.ts';
import { findCluster } from '../resources/find-cluster.ts';

/** One cluster. */
export const clustersGet: Operation = {
  name: 'clusters/get',
  method: 'GET',
  path: 'clusters/get',
  handle({ query }, workspace) {
    return clusterJson(findCluster(workspace, query.get('cluster_id') ?? ''), workspace);
  },
};
