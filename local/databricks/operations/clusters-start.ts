import { z } from 'zod';
import { invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { findCluster } from '../resources/find-cluster.ts';

const bodySchema = z.looseObject({ cluster_id: z.string() });

/** Nothing happens unless the cluster is terminated. */
export const clustersStart: Operation = {
  name: 'clusters/start',
  method: 'POST',
  path: 'clusters/start',
  handle({ body }, workspace) {
    const cluster = findCluster(workspace, parseBody(body, bodySchema).cluster_id);
    if (cluster.source === 'JOB')
      throw invalidParameter(`Cluster ${cluster.clusterId} is a job cluster and cannot be started.`);
    workspace.clusters.start(cluster);
    return {};
  },
};
