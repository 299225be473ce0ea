import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';

/** The emulator's only SQL warehouse. */
export const WAREHOUSE_ID = '0123456789abcdef';

/** How long a stopped warehouse takes to come up, as a serverless one does. */
const START_UP_MS = 4_000;

/** The warehouse as something that runs or is stopped. */
export interface Compute {
  /** @throws {@link ApiError} 404 for any other warehouse */
  require(id: string): void;
  /** Resolves when the warehouse runs; starts it if it is stopped. */
  running(): Promise<void>;
  start(): void;
  stop(): void;
  json(): object;
}

/** The warehouse of a workspace, which runs at first. */
export function createCompute(clock: Clock): Compute {
  let state: 'RUNNING' | 'STARTING' | 'STOPPED' = 'RUNNING';
  let starting = Promise.resolve();

  function start(): void {
    if (state !== 'STOPPED') return;
    state = 'STARTING';
    starting = clock.sleep(START_UP_MS).then(() => {
      if (state === 'STARTING') state = 'RUNNING';
    });
  }

  return {
    require(id) {
      if (id !== WAREHOUSE_ID)
        throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `SQL warehouse ${id} does not exist.`);
    },
    async running() {
      start();
      await starting;
    },
    start,
    stop() {
      state = 'STOPPED';
    },
    json: () => ({
      id: WAREHOUSE_ID,
      name: 'Local SQL warehouse',
      size: 'XXSMALL',
      cluster_size: '2X-Small',
      min_num_clusters: 1,
      max_num_clusters: 1,
      auto_stop_mins: 10,
      auto_resume: true,
      creator_name: 'local@example.com',
      spot_instance_policy: 'COST_OPTIMIZED',
      enable_photon: true,
      enable_serverless_compute: true,
      warehouse_type: 'PRO',
      channel: { name: 'CHANNEL_NAME_CURRENT' },
      state,
      num_clusters: state === 'RUNNING' ? 1 : 0,
      num_active_sessions: 0,
      odbc_params: { hostname: 'localhost', path: `/sql/1.0/warehouses/${WAREHOUSE_ID}`, protocol: 'https', port: 443 },
      health: { status: 'HEALTHY' },
    }),
  };
}
