import { AUTOSCALE_FIELDS, CLUSTER_FIELDS, ISOLATING_MODES } from './body-fields.ts';
import { type Body, fixedText, given, holdsSecret, objectOf, wholeNumber } from './body-values.ts';
import { type Facts, notePower, readFields } from './collected-facts.ts';

/** Notes what a new cluster is made of. */
export function readCluster(facts: Facts, value: unknown, place: string): void {
  const cluster = objectOf(value);
  readFields(facts, cluster, CLUSTER_FIELDS, `${place}/`, [], 'new_cluster.');
  readFields(
    facts,
    objectOf(cluster['autoscale']),
    AUTOSCALE_FIELDS,
    `${place}/autoscale/`,
    [],
    'new_cluster.autoscale.',
  );
  const mode = cluster['data_security_mode'];
  if (given(mode) && !(typeof mode === 'string' && ISOLATING_MODES.has(mode))) {
    notePower(facts, 'new_cluster.data_security_mode', `${place}/data_security_mode`);
  }
  for (const field of ['spark_conf', 'spark_env_vars', 'init_scripts', 'docker_image']) {
    if (holdsSecret(cluster[field])) notePower(facts, 'secrets', `${place}/${field}`);
  }
  const nodeTypes = ['node_type_id', 'driver_node_type_id'].map((field) => cluster[field]).filter(given);
  facts.newClusters.push({
    place,
    nodeTypes: nodeTypes.map(fixedText),
    isOfPool: given(cluster['instance_pool_id']),
    maxWorkers: workersOf(cluster),
    policyId: given(cluster['policy_id']) ? (fixedText(cluster['policy_id']) ?? '') : null,
  });
}

/** The largest of what is said. */
function workersOf(cluster: Body): number | null {
  const { num_workers: fixed, autoscale } = cluster;
  const counts: (number | null)[] = [];
  if (given(fixed)) counts.push(wholeNumber(fixed));
  if (given(autoscale)) {
    const { min_workers: fewest, max_workers: most } = objectOf(autoscale);
    counts.push(wholeNumber(most), given(fewest) ? wholeNumber(fewest) : 0);
  }
  let most: number | null = null;
  for (const count of counts) {
    if (count === null) return null;
    most = Math.max(most ?? 0, count);
  }
  return most;
}
