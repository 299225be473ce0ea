import type { Operation } from '../operation.ts';
import { clusterJson } from './cluster-json.ts';
import { findCluster } from './find-cluster.ts';

export const clustersGet: Operation = {
  name: 'clusters/get',
  method: 'GET',
  path: 'clusters/get',
  handle({ query }, workspace) {
    return clusterJson(findCluster(workspace, query.get('cluster_id') ?? ''), workspace);
  },
};
