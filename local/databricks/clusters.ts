import { randomInt } from 'node:crypto';
import type { Clock } from './clock.ts';

/** The one all-purpose cluster of the workspace. */
export const ALL_PURPOSE_CLUSTER_ID = '0101-000000-local00';

/** Emulated time from a request for machines to a cluster that runs. */
const CLUSTER_START_MS = 15_000;

/** Databricks keeps a terminated job cluster in the list for 30 days. */
const LISTED_MS = 30 * 86_400_000;

/** A cluster of the workspace; times are epoch ms. */
export interface Cluster {
  clusterId: string;
  name: string;
  source: 'UI' | 'JOB';
  spec: Record<string, unknown>;
  state: 'PENDING' | 'RUNNING' | 'TERMINATED';
  /** When a PENDING cluster runs. */
  readyAt: number;
  startTime: number;
  terminatedTime: number;
}

/** The clusters of the workspace: the all-purpose one, and those that runs bring with them. */
export class Clusters {
  readonly #clock: Clock;
  readonly #clusters: Map<string, Cluster>;

  /** With the clusters that there are already, if any; every change of one is set in that map. */
  constructor(clock: Clock, clusters: Map<string, Cluster>) {
    this.#clock = clock;
    this.#clusters = clusters;
    for (const cluster of clusters.values()) this.#await(cluster);
    if (clusters.has(ALL_PURPOSE_CLUSTER_ID)) return;
    const now = clock.now();
    this.#clusters.set(ALL_PURPOSE_CLUSTER_ID, {
      clusterId: ALL_PURPOSE_CLUSTER_ID,
      name: 'Shared all-purpose cluster',
      source: 'UI',
      spec: {
        spark_version: '16.4.x-scala2.12',
        node_type_id: 'Standard_DS3_v2',
        num_workers: 1,
        autotermination_minutes: 0,
      },
      state: 'RUNNING',
      readyAt: now,
      startTime: now,
      terminatedTime: 0,
    });
  }

  get(clusterId: string): Cluster | undefined {
    return this.#clusters.get(clusterId);
  }

  list(): Iterable<Cluster> {
    return this.#clusters.values();
  }

  /** Starts a cluster unless it runs or is about to; returns when it is ready, or now, by the emulated clock. */
  start(cluster: Cluster): number {
    const now = this.#clock.now();
    if (cluster.state === 'TERMINATED') {
      cluster.state = 'PENDING';
      cluster.startTime = now;
      cluster.terminatedTime = 0;
      cluster.readyAt = now + CLUSTER_START_MS;
      this.#change(cluster);
    }
    return Math.max(cluster.readyAt, now);
  }

  /** A job cluster for one task. */
  create(name: string, spec: Record<string, unknown>): Cluster {
    const cluster: Cluster = {
      clusterId: this.#newId(),
      name,
      source: 'JOB',
      spec,
      state: 'TERMINATED',
      readyAt: 0,
      startTime: 0,
      terminatedTime: 0,
    };
    this.start(cluster);
    return cluster;
  }

  terminate(cluster: Cluster): void {
    if (cluster.state === 'TERMINATED') return;
    cluster.state = 'TERMINATED';
    cluster.terminatedTime = this.#clock.now();
    this.#change(cluster);
  }

  #change(cluster: Cluster): void {
    this.#clusters.set(cluster.clusterId, cluster);
    this.#await(cluster);
  }

  /** What becomes of a cluster by itself: it is up, or leaves the list. */
  #await(cluster: Cluster): void {
    const { readyAt, terminatedTime } = cluster;
    if (cluster.state === 'PENDING')
      this.#clock.at(readyAt, () => {
        if (cluster.state !== 'PENDING' || cluster.readyAt !== readyAt) return;
        cluster.state = 'RUNNING';
        this.#change(cluster);
      });
    if (cluster.state === 'TERMINATED' && cluster.source === 'JOB')
      this.#clock.at(terminatedTime + LISTED_MS, () => this.#clusters.delete(cluster.clusterId));
  }

  /** `MMDD-HHMMSS-xxxxxxxx`, as Databricks makes them. */
  #newId(): string {
    const stamp = new Date(this.#clock.now()).toISOString().replaceAll(/[-:T]/g, '');
    for (;;) {
      const clusterId = `${stamp.slice(4, 8)}-${stamp.slice(8, 14)}-${randomInt(36 ** 8)
        .toString(36)
        .padStart(8, '0')}`;
      if (!this.#clusters.has(clusterId)) return clusterId;
    }
  }
}
