import type { Operation } from '../operation.ts';

/** What a cluster may be made of: a few of the runtimes, machines and zones that Azure Databricks offers. */
export const clustersCatalog: Operation[] = [
  {
    name: 'clusters/spark-versions',
    method: 'GET',
    path: 'clusters/spark-versions',
    handle: () => ({
      versions: [
        { key: '16.4.x-scala2.12', name: '16.4 LTS (includes Apache Spark 3.5.2, Scala 2.12)' },
        { key: '15.4.x-scala2.12', name: '15.4 LTS (includes Apache Spark 3.5.0, Scala 2.12)' },
        { key: '14.3.x-scala2.12', name: '14.3 LTS (includes Apache Spark 3.5.0, Scala 2.12)' },
      ],
    }),
  },
  {
    name: 'clusters/list-node-types',
    method: 'GET',
    path: 'clusters/list-node-types',
    handle: () => ({
      node_types: [
        nodeType('Standard_DS3_v2', 4, 14_336, 28),
        nodeType('Standard_D4ds_v5', 4, 16_384, 150),
        nodeType('Standard_D8ds_v5', 8, 32_768, 300),
      ],
    }),
  },
  {
    name: 'clusters/list-zones',
    method: 'GET',
    path: 'clusters/list-zones',
    handle: () => ({ zones: ['1', '2', '3'], default_zone: '1' }),
  },
];

function nodeType(id: string, cores: number, memoryMb: number, localDiskGb: number): object {
  return {
    node_type_id: id,
    description: id,
    instance_type_id: id,
    category: 'General Purpose',
    num_cores: cores,
    memory_mb: memoryMb,
    num_gpus: 0,
    is_deprecated: false,
    is_hidden: false,
    photon_worker_capable: true,
    photon_driver_capable: true,
    support_ssh: true,
    support_cluster_tags: true,
    node_instance_type: {
      instance_type_id: id,
      local_disks: 1,
      local_disk_size_gb: localDiskGb,
      local_nvme_disks: 0,
    },
  };
}
