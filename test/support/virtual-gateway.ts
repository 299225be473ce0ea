import { EntityId } from 'durable-functions';
import type { AppContext } from '../../src/shared/context.ts';
import { createContext } from '../../src/shared/create-context.ts';
import { createJobsClient } from '../../src/shared/databricks/jobs.ts';
import { emptyAdmission, type AdmissionLimits } from '../../src/shared/domain/admission.ts';
import type { Submitter } from '../../src/shared/domain/caller.ts';
import type { RunRecord } from '../../src/shared/domain/run-record.ts';
import type { NotifyRequest } from '../../src/shared/domain/run-request.ts';
import { LocalWatchers } from '../../src/shared/durable/local-watchers.ts';
import { applyAdmission } from '../../src/shared/admission/admission-operations.ts';
import { JobSizes } from '../../src/shared/databricks/job-sizes.ts';
import { startTracking } from '../../src/shared/runs/accept/start-tracking.ts';
import { sweepRuns } from '../../src/shared/runs/sweep/sweep-runs.ts';
import { handleRunNotification } from '../../src/shared/runs/watch/handle-run-notification.ts';
import { trackRun } from '../../src/shared/workflow/track-run.ts';
import { watchRuns } from '../../src/shared/workflow/watch-runs.ts';
import { sampleRun } from '../unit/ledger/sample-run.ts';
import { GATEWAY_STEPS } from './gateway-steps.ts';
import { Mortal } from './mortal.ts';
import { openMemoryStorage, type MemoryStorage } from './memory-storage.ts';
import { VirtualHub } from './virtual-hub.ts';
import { VirtualWorkspace } from './virtual-workspace.ts';

const START_MS = Date.UTC(2026, 5, 1);
/** The engine gives an activity whose process has ended to another. */
const REDELIVERED_AFTER_MS = 60_000;
const SWEEP_MS = 5 * 60_000;
/** Databricks' notifications come so long after what they are of. */
const NOTIFIED_AFTER_MS = 500;

/** As Databricks has them, with room for whatever a test does at once. */
const LIMITS: AdmissionLimits = {
  maxConcurrentTasks: 100_000,
  creationsPerWindow: 1_000_000,
  windowMs: 3_600_000,
  perSecond: { submit: 30, run_now: 17, repair: 4 },
};

const ENVIRONMENT = {
  DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
  DATABRICKS_TOKEN: 'planted',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

export interface VirtualRunRequest {
  /** The notebook; runs of one share what is known of their durations. */
  workKey: string;
  durationMs: number;
  notify?: NotifyRequest;
  /** An anonymous caller, unless another is named. */
  submittedBy?: Submitter;
}

/** What became of one run. */
export interface FollowedRun {
  record: RunRecord;
  /** How long after its end at Databricks the ledger had it. */
  lagMs: number;
}

/**
 * The gateway's own orchestrations and steps over storage and a workspace in memory, on a clock that nobody waits for.
 * What a run costs here, it costs on any machine.
 */
export class VirtualGateway {
  readonly hub: VirtualHub;
  readonly storage: MemoryStorage;
  readonly workspace: VirtualWorkspace;
  readonly context: AppContext;
  readonly gate = emptyAdmission();
  /** Whether the process of an activity ends now, as by `kill -9`; asked before and after all that it asks of others. */
  mayEnd: (() => boolean) | undefined;
  readonly #durations = new Map<string, number>();
  readonly #accepted: RunRecord[] = [];
  readonly #limits: AdmissionLimits;
  /** Whether Databricks sends notifications of the runs. */
  readonly #hasNotifications: boolean;
  /** Whether each activity runs in a process of its own, as where there are many instances. */
  readonly #hasManyInstances: boolean;

  constructor({
    hasNotifications = false,
    hasManyInstances = false,
    limits = {},
  }: { hasNotifications?: boolean; hasManyInstances?: boolean; limits?: Partial<AdmissionLimits> } = {}) {
    this.#hasNotifications = hasNotifications;
    this.#hasManyInstances = hasManyInstances;
    this.#limits = { ...LIMITS, ...limits };
    this.hub = new VirtualHub(
      {
        orchestrators: {
          'track-run': (context) => trackRun(context, (name) => new EntityId('admission', name)),
          'watch-runs': watchRuns,
        },
        activity: (name, input) => this.#step(name, input),
        entity: (_id, operation, input) =>
          applyAdmission(this.gate, this.#limits, operation, input, Math.ceil(this.hub.nowMs)),
        admission: () => this.gate,
      },
      START_MS,
    );
    const now = () => this.hub.nowMs;
    this.storage = openMemoryStorage(now);
    this.workspace = new VirtualWorkspace({
      now,
      durationMs: (name) => this.#durations.get(name) ?? 0,
      onCreated: ({ runId, endsAtMs }) => this.#notify(runId, endsAtMs),
    });
    const context = createContext(ENVIRONMENT, {
      now,
      sleep: this.hub.sleep,
      sink: () => undefined,
      storage: this.storage,
    });
    const jobs = createJobsClient(this.workspace);
    const virtual = { ...context.workspace('default'), jobs, jobSizes: new JobSizes(jobs, now) };
    this.context = { ...context, config: withLimits(context.config, this.#limits), workspace: () => virtual };
  }

  /** Accepts runs at a rate, one after the other. */
  async accept(runs: readonly VirtualRunRequest[], intervalMs: number): Promise<void> {
    const fromMs = this.hub.nowMs;
    for (const [index, run] of runs.entries()) this.hub.at(fromMs + index * intervalMs, () => this.#accept(run));
  }

  /** Sweeps as the timer does, for so long. */
  sweepFor(durationMs: number): void {
    for (let atMs = SWEEP_MS; atMs <= durationMs; atMs += SWEEP_MS)
      this.hub.at(this.hub.nowMs + atMs, () => sweepRuns(this.context, this.hub));
  }

  /** How the runs that were accepted ended. */
  async followed(): Promise<FollowedRun[]> {
    const stored = await Promise.all(this.#accepted.map((record) => this.context.ledger.get(record)));
    return stored.flatMap((run) => {
      if (run === undefined) return [];
      const { record, writtenAtMs } = run;
      if (record.status !== 'completed') throw new Error(`A run is ${record.status}.`);
      const { endsAtMs = NaN } = this.workspace.run(record.runId ?? '') ?? {};
      return [{ record, lagMs: writtenAtMs - endsAtMs }];
    });
  }

  /** How the runs that were accepted stand. */
  async states(): Promise<(string | undefined)[]> {
    const stored = await Promise.all(this.#accepted.map((record) => this.context.ledger.get(record)));
    return stored.map((run) => run?.record.status);
  }

  async #accept({ workKey, durationMs, notify, submittedBy }: VirtualRunRequest): Promise<void> {
    const id = this.#accepted.length.toString(16).padStart(32, '0');
    this.#durations.set(id, durationMs);
    const createdAtMs = this.hub.nowMs;
    const record = sampleRun({
      id,
      createdAtMs,
      observedAtMs: createdAtMs,
      ...(submittedBy === undefined ? {} : { submittedBy }),
    });
    record.request = { ...record.request, workKey, notify: notify ?? null };
    this.#accepted.push(record);
    await this.context.ledger.create(record, { bodyHash: 'hash', body: JSON.stringify({ run_name: id }) });
    await startTracking(this.hub, record);
  }

  async #step(name: string, input: unknown): Promise<unknown> {
    const step = GATEWAY_STEPS[name];
    if (step === undefined) throw new Error(`There is no activity ${name}.`);
    for (;;) {
      const { mayEnd } = this;
      const own = this.#hasManyInstances ? { ...this.context, watchers: new LocalWatchers() } : this.context;
      if (mayEnd === undefined) return step(own, input as never, this.hub);
      const process = new Mortal(mayEnd);
      const workspace = this.context.workspace('default');
      const seen = { ...workspace, jobs: process.seen(workspace.jobs) };
      const { ledger, watchIndex } = this.context;
      const context = { ...own, ledger: process.seen(ledger), watchIndex: process.seen(watchIndex) };
      const outcome = await step({ ...context, workspace: () => seen }, input as never, process.seen(this.hub)).then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error;
        },
      );
      if (!process.isDead) return outcome();
      await this.hub.sleep(REDELIVERED_AFTER_MS);
    }
  }

  #notify(runId: string, endsAtMs: number): void {
    if (!this.#hasNotifications) return;
    const notify = (isEnd: boolean) => () =>
      handleRunNotification(this.context, this.hub, ['default'], { runId, isEnd });
    this.hub.at(this.hub.nowMs + NOTIFIED_AFTER_MS, notify(false));
    this.hub.at(endsAtMs + NOTIFIED_AFTER_MS, notify(true));
  }
}

/** What the steps themselves read of the limits, as the entity has them. */
function withLimits(config: AppContext['config'], limits: AdmissionLimits): AppContext['config'] {
  const { maxConcurrentTasks: maxConcurrentRuns, creationsPerWindow: creations, windowMs } = limits;
  const own = { maxConcurrentRuns, creations, creationsWindowSeconds: windowMs / 1_000 };
  const [first, ...others] = config.workspaces;
  return { ...config, workspaces: [{ ...first, limits: { ...first.limits, ...own } }, ...others] };
}
