import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { findCluster } from '../resources/find-cluster.ts';

const bodySchema = z.looseObject({ cluster_id: z.string() });

/** Terminates a cluster, as this operation does in spite of its name. */
export const clustersDelete: Operation = {
  name: 'clusters/delete',
  method: 'POST',
  path: 'clusters/delete',
  handle({ body }, workspace) {
    workspace.clusters.terminate(findCluster(workspace, parseBody(body, bodySchema).cluster_id));
    return {};
  },
};
