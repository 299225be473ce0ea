/** A run of the chaos, with all that decides how it may end. */
export interface ChaosRun {
  body: Record<string, unknown>;
  /** Real milliseconds after its acceptance at which its owner takes it back; null for most. */
  cancelAfterMs: number | null;
}

const CLUSTER = '0101-000000-local00';

/** What the runs of a chaos are made of. */
export interface Scenario {
  runs: number;
  /** How long a task takes at most, where nobody has to stop it. */
  longestTaskSeconds: number;
}

/** Runs of one to five tasks that succeed, fail in several ways, are retried, time out or are taken back. */
export function chaosRuns(
  { runs, longestTaskSeconds }: Scenario,
  random: () => number,
  callbackUrl: string,
): ChaosRun[] {
  return Array.from({ length: runs }, (_, index) => {
    const taskCount = 1 + Math.floor(random() * 5);
    const ending = pick(random, ENDINGS);
    const tasks = Array.from({ length: taskCount }, (_task, task) => ({
      task_key: `task-${task}`,
      existing_cluster_id: CLUSTER,
      ...(task > 0 && random() < 0.6 ? { depends_on: [{ task_key: `task-${Math.floor(random() * task)}` }] } : {}),
      notebook_task: {
        notebook_path: `/Simulated/chaos-${index % 7}`,
        base_parameters: {
          seconds: String(0.1 + random() * (ending.name === 'endless' ? 600 : longestTaskSeconds)),
          result: `result of ${index}/${task}`,
          ...(task === taskCount - 1 ? ending.parameters : {}),
        },
      },
    }));
    return {
      body: {
        run_name: `chaos ${index}`,
        tasks,
        ...(ending.timeoutSeconds === undefined ? {} : { timeout_seconds: ending.timeoutSeconds }),
        gateway: {
          retry: { max_attempts: 1 + Math.floor(random() * 3), backoff_seconds: 0.5 },
          ...(ending.deadlineSeconds === undefined ? {} : { deadline_seconds: ending.deadlineSeconds }),
          notify: { queue: true, ...(index % 3 === 0 ? { callback_url: callbackUrl } : {}) },
          labels: { ending: ending.name },
        },
      },
      cancelAfterMs: ending.name === 'taken_back' ? random() * 5_000 : null,
    };
  });
}

interface Ending {
  name: string;
  weight: number;
  parameters: Record<string, string>;
  timeoutSeconds?: number;
  deadlineSeconds?: number;
}

const SUCCEEDS: Ending = { name: 'succeeds', weight: 50, parameters: {} };

const ENDINGS: readonly Ending[] = [
  SUCCEEDS,
  { name: 'user_code', weight: 15, parameters: { result_state: 'FAILED' } },
  { name: 'platform', weight: 15, parameters: { result_state: 'INTERNAL_ERROR' } },
  {
    name: 'capacity',
    weight: 5,
    parameters: { result_state: 'FAILED', termination_code: 'CLUSTER_REQUEST_LIMIT_EXCEEDED' },
  },
  { name: 'times_out', weight: 5, parameters: { seconds: '600' }, timeoutSeconds: 3 },
  { name: 'endless', weight: 5, parameters: { seconds: '600' }, deadlineSeconds: 10 },
  { name: 'taken_back', weight: 5, parameters: { seconds: '600' } },
];

function pick(random: () => number, endings: readonly Ending[]): Ending {
  const weighted = endings.flatMap((ending) => Array.from({ length: ending.weight }, () => ending));
  return weighted[Math.floor(random() * weighted.length)] ?? SUCCEEDS;
}

/** The same numbers for the same seed (Steele et al. 2014, SplitMix; the 32-bit variant). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
