import { invalidParameter } from '../api-error.ts';
import type { Cluster } from '../clusters.ts';
import type { Workspace } from '../workspace.ts';

/** @throws ApiError 400 INVALID_PARAMETER_VALUE, which is how Databricks responds for an unknown cluster */
export function findCluster({ clusters }: Workspace, clusterId: string): Cluster {
  const cluster = clusters.get(clusterId);
  if (cluster === undefined) throw invalidParameter(`Cluster ${clusterId} does not exist`);
  return cluster;
}
